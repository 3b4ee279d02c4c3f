// SPDX-License-Identifier: Apache-2.0
// One organization's ledger as readers see it: its balance, and its latest entries, which may not
// be in the derived part yet. The committer publishes after its sync and before it answers; any
// thread may read. No lock here is held across I/O.
#pragma once

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/state.hpp"

namespace farthing::store::embedded {

// A balance, and until when it stays so without another entry.
struct PublishedBalance {
  ledger::Balance balance;
  std::optional<Instant> next_due_at;
};

class PublishedLedger {
 public:
  void set_balance(const PublishedBalance& balance) {
    const std::lock_guard lock(mutex_);
    balance_ = balance;
  }
  PublishedBalance balance() const {
    const std::lock_guard lock(mutex_);
    return balance_;
  }

  // Adds the next entry. `encoded`, its stored form, must live until it is forgotten; `balance` is
  // the one after this entry or after one that follows at once.
  void add_entry(std::uint64_t seq, std::string_view encoded, const PublishedBalance& balance) {
    const std::lock_guard lock(mutex_);
    balance_ = balance;
    if (entries_.empty()) first_seq_ = seq;
    entries_.push_back(encoded);
  }
  // Forgets the entries up to and including `seq`, which are in the derived part.
  void forget_entries(std::uint64_t seq) {
    const std::lock_guard lock(mutex_);
    if (entries_.empty() || seq < first_seq_) return;
    const std::size_t count = std::min<std::size_t>(entries_.size(), seq - first_seq_ + 1);
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(count));
    first_seq_ += count;
    if (entries_.empty()) entries_.shrink_to_fit();
  }

  // Visits the entries that are here, from `seq` on (or from the first one here, if that is later),
  // in order, until `visit(seq, encoded)` returns false. Returns the number of the first entry
  // here; nothing when there is none. The lock is held meanwhile, so `visit` must be quick; views
  // are valid until it returns.
  template <class Visit>
  std::optional<std::uint64_t> visit_entries(std::uint64_t seq, Visit visit) const {
    const std::lock_guard lock(mutex_);
    if (entries_.empty()) return {};
    for (std::uint64_t i = std::max(seq, first_seq_); i < first_seq_ + entries_.size(); ++i) {
      if (!visit(i, entries_[i - first_seq_])) break;
    }
    return first_seq_;
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  PublishedBalance balance_;
  std::uint64_t first_seq_ = 0;
  std::vector<std::string_view> entries_;
};

class PublishedLedgers {
 public:
  // Makes the ledger of a new organization. References stay valid.
  PublishedLedger& make(OrganizationId organization) {
    Shard& shard = shard_of(organization);
    const std::lock_guard lock(shard.mutex);
    auto& ledger = shard.ledgers[organization.value];
    if (!ledger) ledger = std::make_unique<PublishedLedger>();
    return *ledger;
  }
  // Returns null when there is no such organization.
  const PublishedLedger* find(OrganizationId organization) const {
    const Shard& shard = shards_[index_of(organization)];
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.ledgers.find(organization.value);
    return found == shard.ledgers.end() ? nullptr : found->second.get();
  }
  PublishedLedger* find(OrganizationId organization) {
    return const_cast<PublishedLedger*>(std::as_const(*this).find(organization));
  }

 private:
  static constexpr std::size_t kShards = 64;

  struct alignas(64) Shard {
    mutable std::mutex mutex;
    boost::unordered_flat_map<Id128, std::unique_ptr<PublishedLedger>, Id128Hash> ledgers;
  };

  // The shard takes the hash's upper bits, the shard's table the lower ones.
  static std::size_t index_of(OrganizationId organization) {
    return (Id128Hash{}(organization.value) >> 58) % kShards;
  }
  Shard& shard_of(OrganizationId organization) { return shards_[index_of(organization)]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace farthing::store::embedded
