// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/deriver.hpp"

#include <pthread.h>

#include <chrono>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/rocksdb/derived_keys.hpp"

namespace farthing::store {
namespace {

// RocksDB writes one batch at a time, so the journal waits for as long as a derived one takes: less
// than a sync at this size.
constexpr std::size_t kWriteBytes = std::size_t{64} << 10;
// Small batches wait for others to be derived with them, until there is so much or so long.
constexpr std::size_t kGatherBytes = std::size_t{4} << 20;
constexpr auto kGatherTime = std::chrono::milliseconds(50);

std::string encode(const DirectoryRecord& record) {
  std::string encoded;
  append_encoded(record, encoded);
  return encoded;
}

}  // namespace

Deriver::Deriver(Database& database, WriteFailure& failure, Options options, SyncedStates states,
                 Checkpoint checkpoint)
    : database_(database),
      failure_(failure),
      options_(options),
      states_(std::move(states)),
      batch_(database),
      checkpoint_(checkpoint),
      derived_(checkpoint),
      position_(checkpoint.number),
      thread_([this] { run(); }) {}

Deriver::~Deriver() {
  {
    const std::lock_guard lock(mutex_);
    waiting_.is_last = true;
  }
  has_work_.notify_one();
  thread_.join();
}

void Deriver::enqueue(std::shared_ptr<const JournalBatch> batch) {
  const std::lock_guard lock(mutex_);
  backlog_bytes_ += batch->record.size();
  waiting_.batches.push_back(std::move(batch));
  if (waiting_.batches.size() == 1 || backlog_bytes_ >= kGatherBytes) has_work_.notify_one();
}

void Deriver::wait_for_room() {
  std::unique_lock lock(mutex_);
  has_room_.wait(lock, [this] { return backlog_bytes_ <= options_.backlog_bytes; });
}

void Deriver::read(Read read) {
  const std::lock_guard lock(mutex_);
  waiting_.reads.push_back(std::move(read));
  has_work_.notify_one();
}

Deriver::Work Deriver::wait_for_work() {
  std::unique_lock lock(mutex_);
  const auto is_urgent = [this] {
    return waiting_.is_last || !waiting_.reads.empty() || backlog_bytes_ >= kGatherBytes;
  };
  has_work_.wait(lock, [&] { return is_urgent() || !waiting_.batches.empty(); });
  has_work_.wait_for(lock, kGatherTime, is_urgent);
  Work work;
  work.batches.swap(waiting_.batches);
  work.reads.swap(waiting_.reads);
  work.is_last = waiting_.is_last;
  return work;
}

void Deriver::run() {
  ::pthread_setname_np(::pthread_self(), "deriver");
  for (;;) {
    Work work = wait_for_work();
    std::size_t bytes = 0;
    for (const auto& batch : work.batches) bytes += batch->record.size();
    if (!failure_.has_happened()) {
      if (const auto derived = derive(work.batches); !derived) failure_.report(derived.error());
    }
    {
      const std::lock_guard lock(mutex_);
      backlog_bytes_ -= bytes;
    }
    has_room_.notify_one();
    for (Read& read : work.reads) read(states_);

    bytes_since_checkpoint_ += bytes;
    const bool is_due = bytes_since_checkpoint_ >= options_.checkpoint_bytes;
    if ((work.is_last || is_due) && !failure_.has_happened()) {
      const auto mode = work.is_last ? Database::FlushMode::wait : Database::FlushMode::background;
      if (const auto written = write_checkpoint(mode); !written) failure_.report(written.error());
    }
    if (work.is_last) return;
  }
}

Result<Done> Deriver::derive(const std::vector<std::shared_ptr<const JournalBatch>>& batches) {
  if (batches.empty()) return Done{};
  SmallValues values;
  for (const auto& batch : batches) {
    for (const DirectoryRecord& record : batch->directory_records) {
      writes_.add(Family::directory, directory_key(record), values.keep(encode(record)));
    }
    for (std::size_t i = 0; i < batch->entries.size(); ++i) {
      derive_entry(batch->encoded_entry(i), values);
    }
  }
  // An index is written after what it leads to, because others may be reading.
  auto written = writes_.take([this](Family family, std::string_view key, std::string_view value) {
    batch_.put(family, key, value);
    return write_if_large();
  });
  if (written) written = database_.write_derived(batch_);
  if (!written) return written;
  derived_ = {.number = batches.back()->number, .mark = batches.back()->mark};
  position_.store(derived_.number, std::memory_order_release);
  return written;
}

void Deriver::derive_entry(std::string_view encoded, SmallValues& values) {
  const auto entry = ledger::decode_entry(encoded);
  CHECK(entry);
  states_.apply(*entry);
  const OrganizationId organization = entry->organization;
  const std::string& key = entry->origin.idempotency_key;
  writes_.add(Family::entries, entry_key(organization, entry->seq), encoded);
  if (entry->kind == ledger::EntryKind::grant) {
    writes_.add(Family::subjects, subject_key(organization, entry->kind, entry->seq), {});
  }
  if (!key.empty()) {
    writes_.add(Family::outcomes, outcome_key(organization, key),
                values.keep(encode_seq(entry->seq)));
  }
}

Result<Done> Deriver::write_if_large() {
  if (batch_.bytes() < kWriteBytes) return Done{};
  return database_.write_derived(batch_);
}

// The states go first, in any number of writes: a state ahead of the checkpoint does no harm. With
// the checkpoint the journal's records up to it are dropped, most of them before they ever reached
// a file.
Result<Done> Deriver::write_checkpoint(Database::FlushMode flush) {
  bytes_since_checkpoint_ = 0;
  if (derived_.number > checkpoint_.number) {
    Result<Done> written = Done{};
    std::string encoded;
    states_.take_changed([&](const ledger::OrganizationState& state) {
      if (!written) return;
      encoded.clear();
      ledger::append_encoded(state, encoded);
      batch_.put(Family::states, state.organization.value.as_bytes(), encoded);
      written = write_if_large();
    });
    if (!written) return written;
    batch_.put(Family::meta, kCheckpointKey, encode(derived_));
    batch_.drop_journal(checkpoint_.number + 1, derived_.number);
    written = database_.write_derived(batch_);
    if (!written) return written;
    checkpoint_ = derived_;
  }
  return database_.flush(flush);
}

}  // namespace farthing::store
