// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/memory/fresh_outcomes.hpp"

#include <algorithm>
#include <functional>
#include <ranges>

namespace farthing::store::embedded {
namespace {

constexpr std::size_t kFirstSlots = 1'024;  // a power of two, as all their numbers

std::size_t hash_of(OrganizationId organization, std::string_view key) {
  // The multiplication spreads the organization's bits, so that they do not cancel the key's.
  return (Id128Hash{}(organization.value) * 0x9e37'79b9'7f4a'7c15U) ^
         std::hash<std::string_view>{}(key);
}

}  // namespace

void FreshOutcomes::add(const std::shared_ptr<const JournalBatch>& batch,
                        OrganizationId organization, std::string_view key, std::size_t index) {
  if (runs_.empty()) runs_.emplace_back();
  runs_.back().add(batch, hash_of(organization, key), organization, key, index);
}

std::optional<FreshOutcomes::Place> FreshOutcomes::find(OrganizationId organization,
                                                        std::string_view key) const {
  const std::size_t hash = hash_of(organization, key);
  for (const Run& run : std::views::reverse(runs_)) {
    if (auto found = run.find(hash, organization, key)) return found;
  }
  return {};
}

void FreshOutcomes::begin_run() {
  if (!runs_.empty() && !runs_.back().is_empty()) runs_.emplace_back();
}

void FreshOutcomes::forget(std::uint64_t number) {
  while (!runs_.empty() && !runs_.front().is_empty() && runs_.front().last_batch() <= number) {
    runs_.pop_front();
  }
  forgotten_to_ = std::max(forgotten_to_, number);
}

void FreshOutcomes::Run::add(const std::shared_ptr<const JournalBatch>& batch, std::size_t hash,
                             OrganizationId organization, std::string_view key, std::size_t index) {
  if (batches_.empty() || batches_.back() != batch) batches_.push_back(batch);
  outcomes_.push_back({.hash = hash,
                       .batch = batch.get(),
                       .organization = organization.value,
                       .key_offset = keys_.size(),
                       .key_size = static_cast<std::uint32_t>(key.size()),
                       .index = static_cast<std::uint32_t>(index)});
  keys_ += key;
  if (2 * outcomes_.size() > slots_.size()) {
    grow();
  } else {
    place(static_cast<std::uint32_t>(outcomes_.size()));
  }
}

void FreshOutcomes::Run::grow() {
  slots_.assign(std::max(kFirstSlots, 2 * slots_.size()), 0);
  for (std::size_t i = 1; i <= outcomes_.size(); ++i) place(static_cast<std::uint32_t>(i));
}

void FreshOutcomes::Run::place(std::uint32_t number) {
  std::size_t slot = outcomes_[number - 1].hash & (slots_.size() - 1);
  while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
  slots_[slot] = number;
}

std::optional<FreshOutcomes::Place> FreshOutcomes::Run::find(std::size_t hash,
                                                             OrganizationId organization,
                                                             std::string_view key) const {
  if (slots_.empty()) return {};
  for (std::size_t slot = hash & (slots_.size() - 1); slots_[slot] != 0;
       slot = (slot + 1) & (slots_.size() - 1)) {
    const Outcome& outcome = outcomes_[slots_[slot] - 1];
    if (outcome.hash == hash && outcome.organization == organization.value &&
        std::string_view(keys_).substr(outcome.key_offset, outcome.key_size) == key) {
      return Place{.batch = outcome.batch, .index = outcome.index};
    }
  }
  return {};
}

}  // namespace farthing::store::embedded
