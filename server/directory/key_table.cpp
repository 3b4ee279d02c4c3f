// SPDX-License-Identifier: Apache-2.0
#include "server/directory/key_table.hpp"

#include "base/check.hpp"

namespace farthing::directory {
namespace {

constexpr std::size_t kFirstSize = 16;

bool has_digest(const ApiKey& key, const Digest& digest) {
  return key.secret_digest == digest ||
         (key.previous_secret && key.previous_secret->digest == digest);
}

}  // namespace

const KeyNode* KeyTable::find(const Digest& digest) const {
  if (slots_.empty()) return nullptr;
  const std::uint64_t hash = DigestHash{}(digest);
  for (std::size_t at = home_of(hash); slots_[at].node != nullptr; at = next(at)) {
    const Slot& slot = slots_[at];
    if (slot.hash == hash && has_digest(*slot.node->key, digest)) return slot.node;
  }
  return nullptr;
}

void KeyTable::insert(const KeyNode& node) {
  const ApiKey& key = *node.key;
  insert({.hash = DigestHash{}(key.secret_digest), .node = &node});
  if (key.previous_secret) {
    insert({.hash = DigestHash{}(key.previous_secret->digest), .node = &node});
  }
}

void KeyTable::erase(const KeyNode& node) {
  const ApiKey& key = *node.key;
  erase({.hash = DigestHash{}(key.secret_digest), .node = &node});
  if (key.previous_secret) {
    erase({.hash = DigestHash{}(key.previous_secret->digest), .node = &node});
  }
}

void KeyTable::insert(Slot slot) {
  // At most half full, so that runs stay short.
  if (2 * (used_ + 1) > slots_.size()) grow();
  place(slot);
  ++used_;
}

void KeyTable::erase(Slot slot) {
  CHECK(!slots_.empty());
  std::size_t hole = home_of(slot.hash);
  while (slots_[hole].node != slot.node || slots_[hole].hash != slot.hash) {
    CHECK(slots_[hole].node != nullptr);
    hole = next(hole);
  }
  // Moves back what would not be found any more behind a free slot.
  for (std::size_t at = next(hole); slots_[at].node != nullptr; at = next(at)) {
    const std::size_t mask = slots_.size() - 1;
    const std::size_t distance_from_home = (at - home_of(slots_[at].hash)) & mask;
    if (distance_from_home < ((at - hole) & mask)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
  --used_;
}

void KeyTable::place(Slot slot) {
  std::size_t at = home_of(slot.hash);
  while (slots_[at].node != nullptr) at = next(at);
  slots_[at] = slot;
}

void KeyTable::grow() {
  std::vector<Slot> old(slots_.empty() ? kFirstSize : 2 * slots_.size());
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.node != nullptr) place(slot);
  }
}

}  // namespace farthing::directory
