// SPDX-License-Identifier: Apache-2.0
// Finds an API key by the digest of a secret, the present or the previous one, with one probe of a
// flat table, mostly: slots hold the first bytes of the digest, which are evenly spread, beside a
// pointer to what is looked for. Not safe for use from several threads while one of them changes
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/digest.hpp"
#include "server/directory/entities.hpp"

namespace farthing::directory {

// An API key and its user's account. Both pointers may change; the node stays where it is.
struct KeyNode {
  std::shared_ptr<const ApiKey> key;
  const std::shared_ptr<const Account>* account = nullptr;
};

class KeyTable {
 public:
  // Returns null when no node has this digest.
  const KeyNode* find(const Digest& digest) const;
  // `node` must outlive its place here; its key's digests must not be in the table yet.
  void insert(const KeyNode& node);
  // The node must be in the table under all digests that its key has.
  void erase(const KeyNode& node);

 private:
  struct Slot {
    std::uint64_t hash = 0;
    const KeyNode* node = nullptr;  // null: free
  };

  std::size_t home_of(std::uint64_t hash) const { return hash & (slots_.size() - 1); }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
  void insert(Slot slot);
  void erase(Slot slot);
  void place(Slot slot);
  void grow();

  std::vector<Slot> slots_;  // a power of two of them, or none
  std::size_t used_ = 0;
};

}  // namespace farthing::directory
