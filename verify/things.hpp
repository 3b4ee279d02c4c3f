// SPDX-License-Identifier: Apache-2.0
// A verification's memory of the grants, charges or holds of one organization. It keeps in RAM
// those that change by themselves or that a total counts, and all others in the spool. `Thing` has
//   static constexpr char kTag;                  which kind it is in the spool
//   bool is_live() const;                        whether it has to stay in memory
//   void append_to(std::string&) const;  static Thing read(ByteReader&);
//   Changes changes;                             by which entries, since it was made
#pragma once

#include <cstddef>
#include <cstdint>
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

// The entries that have changed a thing since it was made, as its record names them.
struct Changes {
  static constexpr std::size_t kMaxNamed = 1'000;

  std::vector<std::uint64_t> named;  // the numbers of the first ones, in order
  std::uint64_t last_seq = 0;        // 0: none has
  bool has_more = false;             // than are named

  bool is_empty() const { return last_seq == 0; }
  void add(std::uint64_t seq) {
    last_seq = seq;
    if (named.size() < kMaxNamed) {
      named.push_back(seq);
    } else {
      has_more = true;
    }
  }

  void append_to(std::string& out) const {
    ByteWriter writer(out);
    writer.varint(last_seq).fixed(static_cast<std::uint8_t>(has_more)).varint(named.size());
    for (const std::uint64_t seq : named) writer.varint(seq);
  }
  static Changes read(ByteReader& in) {
    Changes changes{.named = {}, .last_seq = in.varint()};
    changes.has_more = in.fixed<std::uint8_t>() != 0;
    for (std::uint64_t left = in.varint(); left > 0 && in.is_ok(); --left) {
      changes.named.push_back(in.varint());
    }
    return changes;
  }
};

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
  // Finds a thing for the entry with the number `seq`, which changes it.
  Thing* find_to_change(const Id128& id, std::uint64_t seq) {
    Thing* const thing = find(id);
    if (thing == nullptr) return nullptr;
    if (thing->changes.is_empty()) ++changed_;
    thing->changes.add(seq);
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
    ByteWriter(buffer_).raw(id.as_bytes());
    thing.changes.append_to(buffer_);
    thing.append_to(buffer_);
    spool_.put(maker_of(id), buffer_);
  }

  std::optional<Thing> read(const Id128& id) const {
    ByteReader in(spool_.get(maker_of(id)));
    if (in.raw(1) != std::string_view(&Thing::kTag, 1) || read_id(in) != id) return {};
    Changes changes = Changes::read(in);
    Thing thing = Thing::read(in);
    thing.changes = std::move(changes);
    return thing;
  }

  Spool& spool_;
  Live live_;
  std::vector<Id128> used_;  // since `settle`
  std::size_t changed_ = 0;
  std::string buffer_;
};

}  // namespace farthing::verify
