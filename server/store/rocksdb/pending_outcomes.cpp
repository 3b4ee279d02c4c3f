// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/pending_outcomes.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace farthing::store {

void PendingOutcomes::add(const std::shared_ptr<const JournalBatch>& batch,
                          OrganizationId organization, std::string_view key, std::size_t index) {
  if (batches_.empty() || batches_.back().batch != batch) {
    batches_.push_back({.batch = batch, .keys = {}});
  }
  const auto [place, is_new] = places_.emplace(Key{organization.value, std::string(key)},
                                               Place{.batch = batch.get(), .index = index});
  CHECK(is_new);
  batches_.back().keys.push_back(&place->first);
}

std::optional<std::string_view> PendingOutcomes::find(OrganizationId organization,
                                                      std::string_view key) const {
  const auto found = places_.find(KeyView{organization.value, key});
  if (found == places_.end()) return {};
  return found->second.batch->encoded_entry(found->second.index);
}

void PendingOutcomes::evict(std::uint64_t number) {
  while (!batches_.empty() && batches_.front().batch->number <= number) {
    for (const Key* key : batches_.front().keys) places_.erase(places_.find(*key));
    batches_.pop_front();
  }
  evicted_to_ = std::max(evicted_to_, number);
}

}  // namespace farthing::store
