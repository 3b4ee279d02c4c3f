// SPDX-License-Identifier: Apache-2.0
// What a verification remembers of the grants, charges or holds of one organization: in memory
// those that something can happen to by itself or that a total counts, in the spool all others.
// `Thing` has
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

  // `spool` must outlive this, and is for one organization at a time.
  explicit Things(Spool& spool) : spool_(spool) {}

  // What has just been made. Valid until `settle`, as what `find` returns.
  Thing& make(const Id128& id, Thing thing) {
    used_.push_back(id);
    return live_.insert_or_assign(id, std::move(thing)).first->second;
  }
  // Null when no such thing was made.
  Thing* find(const Id128& id) {
    if (const auto live = live_.find(id); live != live_.end()) return use(live);
    auto spooled = read(id);
    return spooled ? use(live_.emplace(id, *std::move(spooled)).first) : nullptr;
  }
  // The same for an entry that changes it.
  Thing* find_to_change(const Id128& id) {
    Thing* const thing = find(id);
    if (thing != nullptr && !thing->is_changed) {
      thing->is_changed = true;
      ++changed_;
    }
    return thing;
  }
  // Puts away what need not be in memory any more.
  void settle() {
    for (const Id128& id : used_) {
      const auto live = live_.find(id);
      if (live == live_.end() || live->second.is_live()) continue;
      write(id, live->second);
      live_.erase(live);
    }
    used_.clear();
  }

  // A copy; nothing when no such thing was made.
  std::optional<Thing> look_up(const Id128& id) const {
    const auto live = live_.find(id);
    return live == live_.end() ? read(id) : live->second;
  }
  // After `settle`: those that are live.
  const Live& live() const { return live_; }
  // How many were ever changed since they were made.
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
