// SPDX-License-Identifier: Apache-2.0
// What idempotency keys led to lately: the outcomes that may not be in the derived part yet, found
// in the batches that hold them. Together with a look-up in the derived part that was made when it
// had got to `evicted_to()` or further, this knows every key. Used by the committer's thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "server/store/rocksdb/journal_record.hpp"

namespace farthing::store {

class PendingOutcomes {
 public:
  // `key` led to the entry that stands at `index` of `batch`. The key must be new; batches come in
  // order.
  void add(const std::shared_ptr<const JournalBatch>& batch, OrganizationId organization,
           std::string_view key, std::size_t index);
  // The stored form of the entry that the key led to, valid until the next change.
  std::optional<std::string_view> find(OrganizationId organization, std::string_view key) const;
  // Forgets the batches up to and including `number`, all of which must be derived.
  void evict(std::uint64_t number);
  // The last batch that was forgotten.
  std::uint64_t evicted_to() const { return evicted_to_; }

 private:
  struct Key {
    Id128 organization;
    std::string text;
  };
  struct KeyView {
    Id128 organization;
    std::string_view text;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const auto& key) const noexcept {
      return Id128Hash{}(key.organization) ^ std::hash<std::string_view>{}(key.text);
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return a.organization == b.organization && std::string_view(a.text) == b.text;
    }
  };
  struct Place {
    const JournalBatch* batch;
    std::size_t index;
  };
  using Map = std::unordered_map<Key, Place, Hash, Equal>;
  struct Batch {
    std::shared_ptr<const JournalBatch> batch;
    std::vector<const Key*> keys;  // in the map
  };

  Map places_;
  std::deque<Batch> batches_;
  std::uint64_t evicted_to_ = 0;
};

}  // namespace farthing::store
