// SPDX-License-Identifier: Apache-2.0
// A verification's memory of the grants, charges or holds of one organization. It keeps in RAM
// those that change by themselves or that a total counts, and all others in the spool. `Thing` has
//   static constexpr char kTag;                  which kind it is in the spool
//   bool is_live() const;                        whether it has to stay in memory
//   void append_to(std::string&) const;  static Thing read(ByteReader&);
//   bool is_changed;                             whether an entry has changed it since it was made
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "verify/entry.hpp"
#include "verify/parts_bytes.hpp"
#include "verify/spool.hpp"

namespace farthing::verify {

template <class Thing>
class Things {
 public:
  using Live = std::map<Id128, Thing>;

  // `spool` must outlive this object and serves one organization at a time.
  explicit Things(Spool& spool) : spool_(spool) {}

  // Adds a thing that was just made. The result is valid until `settle`, like that of `find`.
  Thing& make(const Id128& id, Thing thing) {
    used_.push_back(id);
    return live_.insert_or_assign(id, std::move(thing)).first->second;
  }
  // Returns null when no such thing was made.
  Thing* find(const Id128& id) {
    if (const auto live = live_.find(id); live != live_.end()) return use(live);
    auto spooled = read(id);
    return spooled ? use(live_.emplace(id, *std::move(spooled)).first) : nullptr;
  }
  // Finds a thing for an entry that changes it, and counts it as changed.
  Thing* find_to_change(const Id128& id) {
    Thing* const thing = find(id);
    if (thing != nullptr && !thing->is_changed) {
      thing->is_changed = true;
      ++changed_;
    }
    return thing;
  }
  // Moves to the spool what need not be in RAM any more.
  void settle() {
    for (const Id128& id : used_) {
      const auto live = live_.find(id);
      if (live == live_.end() || live->second.is_live()) continue;
      write(id, live->second);
      live_.erase(live);
    }
    used_.clear();
  }

  // Returns a copy; nothing when no such thing was made.
  std::optional<Thing> look_up(const Id128& id) const {
    const auto live = live_.find(id);
    return live == live_.end() ? read(id) : live->second;
  }
  // Returns, after `settle`, the things that are live.
  const Live& live() const { return live_; }
  // Returns how many things were ever changed since they were made.
  std::size_t changed() const { return changed_; }

 private:
  Thing* use(typename Live::iterator thing) {
    used_.push_back(thing->first);
    return &thing->second;
  }

  void write(const Id128& id, const Thing& thing) {
    buffer_.assign(1, Thing::kTag);
    ByteWriter(buffer_).raw(id.as_bytes()).fixed(static_cast<std::uint8_t>(thing.is_changed));
    thing.append_to(buffer_);
    spool_.put(maker_of(id), buffer_);
  }

  std::optional<Thing> read(const Id128& id) const {
    ByteReader in(spool_.get(maker_of(id)));
    if (in.raw(1) != std::string_view(&Thing::kTag, 1) || read_id(in) != id) return {};
    const bool is_changed = in.fixed<std::uint8_t>() != 0;
    Thing thing = Thing::read(in);
    thing.is_changed = is_changed;
    return thing;
  }

  Spool& spool_;
  Live live_;
  std::vector<Id128> used_;  // since `settle`
  std::size_t changed_ = 0;
  std::string buffer_;
};

}  // namespace farthing::verify
