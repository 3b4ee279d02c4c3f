// SPDX-License-Identifier: Apache-2.0
// What readers see: the directory and the balances as far as they are synced. The committer
// publishes after its sync and before it answers; any thread may read. No lock here is held across
// I/O.
#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/state.hpp"
#include "server/store/directory.hpp"

namespace farthing::store {

// A balance and until when it holds without another entry.
struct PublishedBalance {
  ledger::Balance balance;
  std::optional<Instant> next_due_at;
};

class PublishedBalances {
 public:
  void set(OrganizationId organization, const PublishedBalance& balance) {
    Shard& shard = shard_of(organization);
    const std::lock_guard lock(shard.mutex);
    shard.balances[organization.value] = balance;
  }
  // Nothing when there is no such organization.
  std::optional<PublishedBalance> find(OrganizationId organization) const {
    const Shard& shard = shard_of(organization);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.balances.find(organization.value);
    if (found == shard.balances.end()) return {};
    return found->second;
  }

 private:
  static constexpr std::size_t kShards = 64;

  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::unordered_map<Id128, PublishedBalance, Id128Hash> balances;
  };

  const Shard& shard_of(OrganizationId organization) const {
    // The shard takes the hash's upper bits, the shard's table the lower ones.
    return shards_[(Id128Hash{}(organization.value) >> 58) % kShards];
  }
  Shard& shard_of(OrganizationId organization) {
    return const_cast<Shard&>(std::as_const(*this).shard_of(organization));
  }

  std::array<Shard, kShards> shards_;
};

class PublishedDirectory {
 public:
  // Directory::follow and follow_all.
  void follow(const DirectoryRecord& record, const Directory& source) {
    const std::unique_lock lock(mutex_);
    directory_.follow(record, source);
  }
  void follow_all(const Directory& source) {
    const std::unique_lock lock(mutex_);
    directory_.follow_all(source);
  }
  // The result of `look`, which must be quick and must not keep pointers into the directory.
  template <class Look>
  auto read(Look look) const {
    const std::shared_lock lock(mutex_);
    return look(directory_);
  }

 private:
  mutable std::shared_mutex mutex_;
  Directory directory_;
};

struct PublishedView {
  PublishedDirectory directory;
  PublishedBalances balances;
};

}  // namespace farthing::store
