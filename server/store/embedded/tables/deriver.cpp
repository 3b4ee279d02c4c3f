// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/tables/deriver.hpp"

#include <pthread.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"
#include "server/store/embedded/tables/snapshots.hpp"

namespace farthing::store::embedded {
namespace {

// With more runs than this, reads would become slow. Merging then comes first, and in the end
// writes wait for it.
constexpr std::size_t kMaxUncompactedRuns = 64;
constexpr auto kMergingCheckInterval = std::chrono::milliseconds(20);
constexpr auto kFullDiskCheckInterval = std::chrono::seconds(1);
constexpr std::size_t kStepsPerTurn = 32;  // some tens of microseconds

constexpr std::uint64_t kEveryBatch = std::numeric_limits<std::uint64_t>::max();

Error not_derived_yet() {
  return make_error(
      ErrorCode::unavailable,
      "What is to be erased will be, once the disk has room or the server has started "
      "again. Try again later to be sure.");
}

std::string encode(const directory::DirectoryRecord& record) {
  std::string encoded;
  append_encoded(record, encoded);
  return encoded;
}

}  // namespace

Deriver::Deriver(Parts parts, Options options, SyncedStates states, ErasedList erased,
                 Checkpoint checkpoint)
    : parts_(parts),
      options_(options),
      states_(std::move(states)),
      checkpoint_(checkpoint),
      position_(checkpoint.number),
      cutter_(options.run_bytes),
      erased_(std::move(erased)),
      thread_([this] { run(); }) {}

Deriver::~Deriver() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_one();
  thread_.join();
}

bool Deriver::enqueue(std::shared_ptr<const JournalBatch> batch) {
  const std::lock_guard lock(mutex_);
  const std::size_t bytes = batch->record.size();
  backlog_bytes_ += bytes;
  open_.bytes += bytes;
  const bool is_complete = cutter_.completes(*batch);
  open_.batches.push_back(std::move(batch));
  if (is_complete) complete_open_run();
  return is_complete;
}

void Deriver::complete_open_run() {
  complete_.push_back(std::exchange(open_, {}));
  is_behind_.store(complete_.size() > 1, std::memory_order_relaxed);
  has_work_.notify_one();
}

void Deriver::cut() {
  const std::lock_guard lock(mutex_);
  if (open_.batches.empty()) return;
  cutter_.cut();
  complete_open_run();
}

void Deriver::answer_when_derived(std::uint64_t number, Reply<Done> reply) {
  {
    const std::lock_guard lock(mutex_);
    if (position() < number && !has_ended_) {
      waiting_.emplace_back(number, std::move(reply));
      return;
    }
  }
  if (position() >= number) return reply(Done{});
  reply(not_derived_yet());
}

void Deriver::answer_waiting(std::uint64_t number, const Result<Done>& result) {
  std::vector<Reply<Done>> replies;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [wanted, reply] : waiting_) {
      if (wanted <= number) replies.push_back(std::move(reply));
    }
    std::erase_if(waiting_, [number](const auto& each) { return each.first <= number; });
  }
  for (Reply<Done>& reply : replies) reply(result);
}

ErasedPlaces Deriver::erased_places() {
  const std::lock_guard lock(mutex_);
  return erased_.all();
}

void Deriver::forget_erased(const ErasedPlaces& places) {
  const std::lock_guard lock(mutex_);
  erased_.forget(places);
}

bool Deriver::wait_for_room() {
  std::unique_lock lock(mutex_);
  has_room_.wait(lock, [this] {
    return backlog_bytes_ <= options_.backlog_bytes || complete_.empty() || is_disk_full_ ||
           parts_.failure.has_happened();
  });
  return backlog_bytes_ <= options_.backlog_bytes || !is_disk_full_;
}

bool Deriver::is_disk_full() {
  const std::lock_guard lock(mutex_);
  return is_disk_full_;
}

// Returns false when the deriver ends and no run is left to derive.
bool Deriver::wait_for_run(Run& next) {
  std::unique_lock lock(mutex_);
  has_work_.wait(lock, [this] { return is_ending_ || !complete_.empty(); });
  if (complete_.empty() && !open_.batches.empty()) complete_.push_back(std::exchange(open_, {}));
  if (complete_.empty()) return false;
  // Erasures end runs that hold little. Those that wait go into the database together.
  for (Run& run : complete_) {
    if (next.runs > 0 && next.bytes + run.bytes > options_.run_bytes) break;
    next.bytes += run.bytes;
    ++next.runs;
    next.batches.insert(next.batches.end(), run.batches.begin(), run.batches.end());
  }
  return true;
}

void Deriver::run() {
  ::pthread_setname_np(::pthread_self(), "deriver");
  Run next;
  while (wait_for_run(next)) {
    if (!derive(next)) break;
    {
      const std::lock_guard lock(mutex_);
      backlog_bytes_ -= next.bytes;
      complete_.erase(complete_.begin(), complete_.begin() + next.runs);
      is_behind_.store(complete_.size() > 1, std::memory_order_relaxed);
    }
    has_room_.notify_one();
    answer_waiting(position(), erasure_error_ ? Result<Done>(*erasure_error_) : Done{});
    next = {};
  }
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
  }
  answer_waiting(kEveryBatch, not_derived_yet());
}

bool Deriver::derive(const Run& run) {
  if (parts_.failure.has_happened()) return false;
  wait_for_merging();
  if (const auto collected = collect(run); !collected) {
    parts_.failure.report(collected.error());
    return false;
  }
  const JournalBatch& last = *run.batches.back();
  checkpoint_ = {.number = last.number, .mark = last.mark, .digest = last.digest};
  writes_.add_copy(Family::meta, kCheckpointKey, encode(checkpoint_));
  collect_erased_places();
  if (!add_to_database()) return false;
  writes_.clear();
  // The run is in the database. Only now may the fresh entries and the journal's records go: until
  // then readers, and a start after a crash, find the run nowhere else.
  position_.store(checkpoint_.number, std::memory_order_release);
  for (const auto& [organization, seq] : last_seqs_) {
    step();
    PublishedLedger* ledger = parts_.ledgers.find(organization);
    CHECK(ledger != nullptr);
    ledger->forget_entries(seq);
  }
  last_seqs_.clear();
  parts_.audit.forget(last_audit_number_);
  parts_.journal.drop(checkpoint_.number);
  return true;
}

Result<Done> Deriver::collect(const Run& run) {
  for (const auto& batch : run.batches) {
    for (const directory::DirectoryRecord& record : batch->directory_records) {
      writes_.add_copy(Family::directory, directory::directory_key(record), encode(record));
    }
    for (const JournalBatch::EntryPlace& place : batch->audit_records) {
      const auto record = directory::decode_audit_record(batch->encoded(place));
      CHECK(record);
      last_audit_number_ = record->number;
      writes_.add(Family::audit, audit_key(record->number), batch->encoded(place));
    }
    for (std::size_t i = 0; i < batch->entries.size(); ++i) {
      step();
      if (auto collected = collect_entry(batch->encoded_entry(i)); !collected) return collected;
    }
  }
  for (const auto& [key, record] : records_) {
    step();
    std::string encoded;
    ledger::append_encoded(record, encoded);
    writes_.add_copy(Family::records, record_key({key.first}, key.second), std::move(encoded));
  }
  records_.clear();
  for (const auto& [place, record] : spending_) {
    step();
    std::string encoded;
    ledger::append_encoded(record, encoded);
    writes_.add_copy(Family::spending, spending_key(place.first, place.second), std::move(encoded));
  }
  spending_.clear();
  collect_states();
  collect_erasures(run);
  return Done{};
}

// What cannot be read cannot be erased, and ends nothing: whoever waits for it is told.
void Deriver::collect_erasures(const Run& run) {
  erasure_error_.reset();
  std::set<UserId> people;
  for (const auto& batch : run.batches) {
    for (const directory::Erasure& erasure : batch->erasures) {
      if (const auto* person = std::get_if<UserId>(&erasure)) {
        people.insert(*person);
        continue;
      }
      const auto erased = erase(std::get<directory::EntryTexts>(erasure));
      if (!erased) erasure_error_ = erased.error();
    }
  }
  if (people.empty()) return;
  const auto erased = erase(people, run);
  if (!erased) erasure_error_ = erased.error();
}

void Deriver::put_erased(Family family, std::string_view key, std::string_view value) {
  step();
  if (auto form = erased_form(family, value)) writes_.add_copy(family, key, *std::move(form));
  const std::lock_guard lock(mutex_);
  erased_.add({.family = family, .key = std::string(key)});
}

// The run has the users' records without what is erased already. What tells of them besides stands
// in receipts and in the audit log, in the database and in this run. The places count as erased
// also when nothing is left to erase there, as those of entries do.
Result<Done> Deriver::erase(const std::set<UserId>& people, const Run& run) {
  for (const UserId person : people) {
    const std::lock_guard lock(mutex_);
    erased_.add({.family = Family::directory,
                 .key = directory::directory_key(directory::User{.id = person})});
  }
  const auto take_receipt = [&](std::string_view key, std::string_view value) {
    const auto record = directory::decode_directory_record(value);
    const auto* receipt = record ? std::get_if<directory::DirectoryReceipt>(&*record) : nullptr;
    const auto person = receipt == nullptr ? std::nullopt : directory::person_of(*receipt);
    if (person && people.contains(*person)) put_erased(Family::directory, key, value);
    return true;
  };
  const auto take_act = [&](std::string_view key, std::string_view value) {
    const auto record = directory::decode_audit_record(value);
    const auto tells = [&](UserId person) { return tells_of_person(*record, person); };
    if (record && std::ranges::any_of(people, tells)) put_erased(Family::audit, key, value);
    return true;
  };
  auto scanned = parts_.database.scan(Family::directory, directory::receipts_begin(),
                                      directory::receipts_end(), take_receipt, Scan::through);
  if (scanned) scanned = parts_.database.scan(Family::audit, {}, {}, take_act, Scan::through);
  for (const auto& batch : run.batches) {
    for (const directory::DirectoryRecord& record : batch->directory_records) {
      take_receipt(directory::directory_key(record), encode(record));
    }
    for (const JournalBatch::EntryPlace& place : batch->audit_records) {
      const auto record = directory::decode_audit_record(batch->encoded(place));
      CHECK(record);
      take_act(audit_key(record->number), batch->encoded(place));
    }
  }
  return scanned;
}

// The place counts as erased also when the entry has no texts any more: a crash may have come
// between the run that erased them and the files that held them.
Result<Done> Deriver::erase(const directory::EntryTexts& texts) {
  auto entries = parts_.entries.find_all(texts.organization, {texts.seq});
  if (!entries) return entries.error();
  if (entries->empty()) return Done{};
  ledger::Entry& entry = entries->front();
  std::string key = entry_key(texts.organization, texts.seq);
  if (ledger::erase_texts(entry)) {
    std::string encoded;
    ledger::append_encoded(entry, ledger::canonical_bytes(entry), encoded);
    writes_.add_copy(Family::entries, key, std::move(encoded));
  }
  const std::lock_guard lock(mutex_);
  erased_.add({.family = Family::entries, .key = std::move(key)});
  return Done{};
}

void Deriver::collect_erased_places() {
  const std::lock_guard lock(mutex_);
  for (auto& [key, value] : erased_.take_changed()) {
    writes_.add_copy(Family::meta, key, std::move(value));
  }
}

Result<Done> Deriver::collect_entry(std::string_view encoded) {
  const auto entry = ledger::decode_entry(encoded);
  CHECK(entry);
  const auto& [state, past_spending] = states_.apply(*entry);
  for (const ledger::PastSpending& past : past_spending) {
    step();
    if (auto collected = collect_spending(past); !collected) return collected;
  }
  if (is_snapshot(state, options_.snapshot_entries)) {
    std::string snapshot;
    ledger::append_encoded(state, snapshot);
    writes_.add_copy(Family::snapshots, entry_key(entry->organization, entry->seq),
                     std::move(snapshot));
  }
  const OrganizationId organization = entry->organization;
  const std::string& key = entry->origin.idempotency_key;
  writes_.add(Family::entries, entry_key(organization, entry->seq), encoded);
  if (entry->kind == ledger::EntryKind::grant) {
    writes_.add(Family::subjects, subject_key(organization, entry->kind, entry->seq), {});
  }
  if (!key.empty()) {
    std::string derived_key = outcome_key(organization, key);
    parts_.keys.add(derived_key);
    writes_.add_copy(Family::outcomes, std::move(derived_key), encode_seq(entry->seq));
  }
  return collect_record(*entry);
}

// Collects the record that the entry changes. The entry that made the thing may be in the database,
// in an earlier run or in this one: until the run is added, reads find it among the fresh entries.
Result<Done> Deriver::collect_record(const ledger::Entry& entry) {
  const auto changed = ledger::record_changed_by(entry);
  if (!changed) return Done{};
  const auto [place, is_new] = records_.try_emplace({entry.organization.value, *changed});
  if (is_new) {
    // A hold's record has nothing from before but its changes.
    auto record = entry.hold ? parts_.records.find_changed(entry.organization, *changed)
                             : parts_.records.find(entry.organization, *changed);
    if (!record) return std::move(record).error();
    CHECK(*record || entry.hold);
    place->second = *record ? **std::move(record) : ledger::Record{.value = ledger::HoldRecord{}};
  }
  ledger::apply(place->second, entry);
  return Done{};
}

Result<Done> Deriver::collect_spending(const ledger::PastSpending& past) {
  const auto [place, is_new] = spending_.try_emplace({past.organization, past.caller_key});
  if (is_new) {
    const auto record = parts_.records.find_spending(past.organization, past.caller_key);
    if (!record) return record.error();
    place->second = *record;
  }
  ledger::apply(place->second, past);
  return Done{};
}

void Deriver::collect_states() {
  states_.take_changed([this](const ledger::OrganizationState& state) {
    step();
    last_seqs_.emplace_back(state.organization, state.last_seq);
    std::string encoded;
    ledger::append_encoded(state, encoded);
    writes_.add_copy(Family::states, state.organization.value.as_bytes(), std::move(encoded));
  });
}

// Tries again while the disk is full: the run stays in memory and in the journal meanwhile.
bool Deriver::add_to_database() {
  writes_.sort([this] { step(); });
  for (;;) {
    const auto added = parts_.database.add_run([this](Family family, const Database::Put& put) {
      writes_.visit(family, [&](std::string_view key, std::string_view value) {
        step();
        put(key, value);
      });
    });
    const bool is_full = !added && added.error().code == ErrorCode::unavailable;
    if (!added && !is_full) parts_.failure.report(added.error());
    {
      const std::lock_guard lock(mutex_);
      is_disk_full_ = is_full;
    }
    has_room_.notify_one();
    if (is_full) answer_waiting(kEveryBatch, not_derived_yet());
    if (added) return true;
    if (!is_full || rest(kFullDiskCheckInterval)) return false;
  }
}

// Lets other threads go first now and then. Nobody waits for a run unless it holds up the next one,
// but everybody would wait for a committer or an I/O thread that finds both cores taken until the
// end of a slice.
void Deriver::step() {
  if (++steps_ % kStepsPerTurn != 0 || is_behind_.load(std::memory_order_relaxed)) return;
  std::this_thread::yield();
}

void Deriver::wait_for_merging() {
  while (parts_.database.count_runs() > kMaxUncompactedRuns) {
    if (rest(kMergingCheckInterval)) return;
  }
}

bool Deriver::rest(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return has_work_.wait_for(lock, time, [this] { return is_ending_; });
}

}  // namespace farthing::store::embedded
