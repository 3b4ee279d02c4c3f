// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/committer.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>

#include "base/check.hpp"
#include "server/directory/refusals.hpp"
#include "server/directory/rules.hpp"
#include "server/ledger/decide.hpp"
#include "server/store/clock_watch.hpp"
#include "server/store/settle.hpp"
#include "server/store/work.hpp"

namespace farthing::store::embedded {
namespace {

constexpr std::size_t kMaxBatchCommands = 1'024;  // but what one call brought stays together
// The most organizations that one batch sweeps.
constexpr std::size_t kMaxSweptOrganizations = 256;
// A clock may be set, so the thread never sleeps for long on what it showed.
constexpr std::chrono::microseconds kLongestSleep = std::chrono::seconds(1);
constexpr auto kDiskCheckInterval = std::chrono::milliseconds(100);
constexpr auto kClockWatchInterval = std::chrono::milliseconds(900);

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

// What is decided so far about one organization, in the batch and before. A command brings its
// look-up; a sweep of what is due has none.
class Committer::Source {
 public:
  static constexpr std::string_view kClockOf = "server";

  Source(Committer& committer, WorkingLedger::Organization* organization, CommitBatch& batch,
         CommandLookup* lookup = nullptr)
      : committer_(committer), organization_(organization), batch_(batch), lookup_(lookup) {}

  LedgerTime time() const { return {.at = batch_.at, .is_in_doubt = batch_.is_clock_in_doubt}; }
  std::optional<ledger::Standing> standing() const {
    if (organization_ == nullptr) return {};
    return organization_->is_disabled ? ledger::Standing::disabled : ledger::Standing::enabled;
  }
  ledger::OrganizationState& state() { return organization_->state; }
  Result<std::vector<ledger::Entry>> find_outcome(const std::string& key) {
    return records().find_outcome(state().organization, key, lookup_->outcome);
  }
  std::optional<Error> find_refusal(Work work) const { return committer_.find_refusal(work); }
  Result<std::optional<ledger::Record>> find_record(const Id128& id) {
    return records().find(state().organization, id, lookup_->records.find(id),
                          lookup_->outcome.position, batch_);
  }
  Result<ledger::SpendingRecord> find_spending(ApiKeyId caller_key) {
    return records().find_spending(state().organization, caller_key, lookup_->records.spending(),
                                   lookup_->outcome.position);
  }
  // Finds none here: what the derived part has is checked where it is read.
  std::optional<Error> find_damage(const ledger::Command& /*command*/,
                                   const ledger::Records& /*records*/) const {
    return {};
  }
  void keep_due(const ledger::Booked& booked) {
    records().add(booked, batch_);
    batch_.add(*organization_, booked);
    committer_.working_->reschedule(*organization_);
  }
  void keep_outcome(const ledger::Booked& booked) {
    keep_due(booked);
    records().add_outcome(booked, batch_);
  }
  const directory::Directory& directory() const { return committer_.working_->directory(); }
  void note(ApiKeyId asker, directory::ActOrigin origin, directory::Act act) {
    committer_.note(asker, std::move(origin), std::move(act), batch_);
  }

 private:
  WorkingRecords& records() { return committer_.records_; }

  Committer& committer_;
  WorkingLedger::Organization* const organization_;  // null: there is none
  CommitBatch& batch_;
  CommandLookup* const lookup_;
};

Committer::Committer(Parts parts, Options options, Start start)
    : parts_(parts),
      options_(options),
      overload_(parts_.limitations),
      working_(std::move(start.working)),
      records_({.database = parts_.database,
                .keys = parts_.keys,
                .deriver = parts_.deriver,
                .records = parts_.records},
               std::move(start.fresh_outcomes), std::move(start.fresh_records),
               std::move(start.erased)),
      audit_(start.audit),
      last_mark_(start.last_mark),
      next_mark_at_(parts_.clock.now().plus(EffectiveClock::kMarkInterval)),
      thread_([this] { run(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  has_requests_.notify_one();
  thread_.join();
}

void Committer::submit(CommitRequest request) {
  if (const auto refusal = enqueue(request)) refuse(std::move(request), *refusal);
}

// Takes the request, or returns why not and leaves it as it is.
std::optional<Error> Committer::enqueue(CommitRequest& request) {
  const std::size_t count = count_commands(request);
  const std::lock_guard lock(mutex_);
  if (auto refusal = parts_.failure.find_refusal()) return refusal;
  if (is_stopping_) {
    return make_error(ErrorCode::unavailable, "The server is stopping. Try again later.");
  }
  if (is_waiting_for_room_) return disk_is_full();
  if (waiting_commands_ + count > options_.max_waiting_commands) {
    overload_.note();
    return make_error(ErrorCode::unavailable,
                      "Too many requests are waiting to be booked. Try again later.");
  }
  queue_.push_back(std::move(request));
  waiting_commands_ += count;
  if (is_waiting_) has_requests_.notify_one();
  return {};
}

void Committer::run() {
  ::pthread_setname_np(::pthread_self(), "committer");
  while (wait_for_requests()) commit_batch();
  keep_time();
}

// Journals the present in a record without items. Refusals and reads were answered by that time
// without an entry, and it must not run backwards over a restart.
void Committer::keep_time() {
  const LedgerTime time = parts_.clock.read();
  if (time.at <= last_mark_ || parts_.failure.has_happened() || find_obstacle()) return;
  CommitBatch batch(parts_.journal.last_number() + 1, time);
  batch.record.finish();
  const auto synced = parts_.journal.append(*batch.batch);
  if (synced) return keep(batch);
  // Without room the mark is left out; nobody waits for it.
  if (synced.error().code != ErrorCode::unavailable) parts_.failure.report(synced.error());
}

// Returns false when the committer stops and nothing is left to do.
bool Committer::wait_for_requests() {
  if (next_taken_ < taken_.size()) return true;
  taken_.clear();
  next_taken_ = 0;

  std::unique_lock lock(mutex_);
  const auto is_woken = [this] { return !queue_.empty() || is_stopping_; };
  is_waiting_ = true;
  while (!is_woken()) {
    if (parts_.failure.has_happened()) {
      has_requests_.wait(lock, is_woken);
      break;
    }
    const Instant now = parts_.clock.now();
    const Instant next = next_work_at();
    const bool is_refused = find_refusal(Work::movements).has_value();
    if (next <= now && !is_refused) break;
    auto sleep = std::chrono::microseconds(next.us() - now.us());
    if (is_refused) sleep = kDiskCheckInterval;
    if (has_requests_.wait_for(lock, std::min(sleep, kLongestSleep), is_woken)) break;
    obstacle_.reset();
    refused_ = {};
    lock.unlock();
    watch_clock();
    lock.lock();
  }
  is_waiting_ = false;
  taken_.swap(queue_);
  return !taken_.empty() || !is_stopping_;
}

std::chrono::milliseconds Committer::batch_takes() const {
  const std::int64_t begun_ms = batch_begun_ms_.load(std::memory_order_relaxed);
  return std::chrono::milliseconds(begun_ms == 0 ? 0 : steady_ms() - begun_ms);
}

// Waits while there is no room. The working state is ahead of the disk, so nothing else may be
// decided before the batch is on disk; nobody has been answered yet.
Result<Done> Committer::append(const JournalBatch& batch) {
  for (;;) {
    auto appended = parts_.journal.append(batch);
    is_waiting_for_room_ = !appended && appended.error().code == ErrorCode::unavailable;
    if (!is_waiting_for_room_) return appended;
    parts_.disk.set_without_room(WorkSet::writes());
    refuse_waiting(disk_is_full());
    std::unique_lock lock(mutex_);
    if (has_requests_.wait_for(lock, kDiskCheckInterval, [this] { return is_stopping_; })) {
      return appended;
    }
  }
}

void Committer::refuse_waiting(const Error& error) {
  std::vector<CommitRequest> waiting;
  std::move(taken_.begin() + static_cast<std::ptrdiff_t>(next_taken_), taken_.end(),
            std::back_inserter(waiting));
  taken_.resize(next_taken_);
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    std::move(queue_.begin(), queue_.end(), std::back_inserter(waiting));
    queue_.clear();
    for (const CommitRequest& request : waiting) count += count_commands(request);
    waiting_commands_ -= count;
  }
  for (CommitRequest& request : waiting) refuse(std::move(request), error);
}

// Returns when something must be done that nobody asks for.
Instant Committer::next_work_at() const {
  return std::min(working_->next_due_at().value_or(next_mark_at_), next_mark_at_);
}

void Committer::commit_batch() {
  batch_begun_ms_.store(steady_ms(), std::memory_order_relaxed);
  if (const auto failure = parts_.failure.find_refusal()) {
    // Those before have their answers.
    for (; next_taken_ < taken_.size(); ++next_taken_) {
      refuse(std::move(taken_[next_taken_]), *failure);
    }
    batch_begun_ms_.store(0, std::memory_order_relaxed);
    return;
  }
  records_.forget_derived();
  watch_clock();
  CommitBatch batch(parts_.journal.last_number() + 1, parts_.clock.read());
  obstacle_ = find_obstacle();
  decide_requests(batch);
  if (!find_refusal(Work::movements)) book_what_is_due(batch);

  const bool is_mark_due = !find_refusal(Work::movements) && batch.at >= next_mark_at_;
  if (!batch.record.is_empty() || is_mark_due || batch.is_mark_wanted) write(batch);
  if (batch.confirmed_time && !parts_.failure.has_happened()) {
    parts_.clock.raise_mark(*batch.confirmed_time);
    keep_time();  // the clock stays confirmed over a restart
    clock_watched_at_ = {};
    watch_clock();  // so that /readyz is right when the answer is there
  }
  answers_.give(parts_.failure.find_refusal());
  answer_erasures(batch);
  batch_begun_ms_.store(0, std::memory_order_relaxed);
}

void Committer::answer_erasures(CommitBatch& batch) {
  for (CommitBatch::Erasure& erasure : batch.erasures) {
    if (const auto failure = parts_.failure.find_refusal()) {
      erasure.reply(*failure);
      continue;
    }
    parts_.deriver.answer_when_derived(
        erasure.number, [reply = std::move(erasure.reply),
                         outcome = std::move(erasure.outcome)](Result<Done> erased) mutable {
          if (!erased) return reply(std::move(erased).error());
          reply(std::move(outcome));
        });
  }
}

void Committer::write(CommitBatch& batch) {
  batch.record.finish();
  if (const auto synced = append(*batch.batch); !synced) {
    // Nothing may go on as if the data were there: the working state is ahead of the disk for good.
    return parts_.failure.report(synced.error());
  }
  keep(batch);
}

void Committer::keep(CommitBatch& batch) {
  last_mark_ = batch.at;
  next_mark_at_ = batch.at.plus(EffectiveClock::kMarkInterval);
  publish(batch);
  if (parts_.journal.wants_reserve()) {
    parts_.background.run([&journal = parts_.journal] { (void)journal.make_reserve(); });
  }
}

void Committer::watch_clock() {
  const auto now = std::chrono::steady_clock::now();
  if (now - clock_watched_at_ < kClockWatchInterval) return;
  clock_watched_at_ = now;
  store::watch_clock(parts_.clock, parts_.limitations, Cause::node);
}

void Committer::decide_requests(CommitBatch& batch) {
  std::size_t count = 0;
  for (; next_taken_ < taken_.size(); ++next_taken_) {
    CommitRequest& request = taken_[next_taken_];
    const std::size_t more = count_commands(request);
    if (count > 0 && count + more > kMaxBatchCommands) break;
    count += more;
    std::visit([&](auto& each) { decide_request(each, batch); }, request);
  }
  const std::lock_guard lock(mutex_);
  waiting_commands_ -= count;
}

void Committer::decide_request(SettleRequest& request, CommitBatch& batch) {
  request.for_each([&](SettleRequest::Asked& asked) {
    Movement& movement = asked.movement;
    Source source(*this, working_->find(movement.command.organization), batch, &asked.lookup);
    auto result = settle(source, movement, booked_);
    answers_.add(std::move(movement.reply), std::move(result));
  });
}

void Committer::note(const ApiKeyId& api_key, directory::ActOrigin origin, directory::Act act,
                     CommitBatch& batch) {
  directory::AuditRecord record =
      directory::make_audit_record(audit_, batch.at, api_key, std::move(origin), std::move(act));
  audit_ = directory::head_after(record);
  batch.record.add(record);
  batch.audit_records.push_back(std::move(record));
}

void Committer::decide_request(ChangeRequest& request, CommitBatch& batch) {
  std::optional<std::uint64_t> erased_by;  // the number of a batch
  const auto decide_and_apply = [&]() -> Result<directory::DirectoryOutcome> {
    if (auto refusal = find_refusal(work_of(request.command.action))) return *std::move(refusal);
    if (request.receipt) working_->know(*std::move(request.receipt));
    auto decision = decide(working_->directory(), request.command, batch.at);
    if (!decision) return std::move(decision).error();
    for (directory::DirectoryRecord& record : decision->records) {
      working_->apply(record);
      batch.record.add(std::move(record));
    }
    // What is being erased already is erased once, and told once. Whoever asks for it again waits for
    // the same.
    const auto asked = directory::erasure_of(request.command.action);
    if (asked) erased_by = records_.find_erasure(*asked);
    if (erased_by) return std::move(decision->outcome);
    if (decision->act) {
      directory::DirectoryOrigin& origin = request.command.origin;
      note(origin.actor, std::move(origin.act), *std::move(decision->act), batch);
    }
    if (decision->confirmed_time) batch.confirmed_time = decision->confirmed_time;
    if (decision->erasure) {
      batch.record.add(*decision->erasure);
      records_.erase(*decision->erasure, batch);
      erased_by = batch.batch->number;
    }
    return std::move(decision->outcome);
  };
  auto outcome = decide_and_apply();
  if (erased_by) {
    batch.erasures.push_back(
        {.reply = std::move(request.reply), .outcome = *std::move(outcome), .number = *erased_by});
  } else {
    answers_.add(std::move(request.reply), std::move(outcome));
  }
}

void Committer::decide_request(KeyUsesRequest& request, CommitBatch& batch) {
  const auto note = [&]() -> Result<Done> {
    if (auto refusal = find_refusal(Work::acts)) return *std::move(refusal);
    for (const directory::KeyUse& use : request.uses) {
      working_->apply(use);
      batch.record.add(use);
    }
    return Done{};
  };
  answers_.add(std::move(request.reply), note());
}

void Committer::decide_request(StateRequest& request, CommitBatch& /*batch*/) {
  const auto read = [&]() -> Result<ledger::OrganizationState> {
    const auto* organization = working_->find(request.organization);
    if (organization == nullptr) return directory::no_such_organization();
    return ledger::OrganizationState(organization->state);
  };
  answers_.add(std::move(request.reply), read());
}

void Committer::decide_request(RecordsRequest& request, CommitBatch& batch) {
  const auto read = [&]() -> Result<FoundRecords> {
    const auto* organization = working_->find(request.organization);
    if (organization == nullptr) return std::move(request.records);
    const ledger::OrganizationState& state = organization->state;
    for (std::size_t i = 0; i < request.ids.size(); ++i) {
      const Id128& id = request.ids[i];
      std::optional<ledger::Record>& found = request.records[i];
      if (!found) continue;
      auto record = records_.find(request.organization, id, &found, request.position, batch);
      if (!record) return std::move(record).error();
      CHECK(*record);
      found = **std::move(record);
      ledger::apply_due(*found, id, state, std::max(batch.at, state.last_at));
    }
    return std::move(request.records);
  };
  answers_.add(std::move(request.reply), read());
}

void Committer::decide_request(SpendingRequest& request, CommitBatch& /*batch*/) {
  const auto read = [&]() -> Result<FoundSpending> {
    const auto* organization = working_->find(request.organization);
    if (organization == nullptr) return directory::no_such_organization();
    const auto before = records_.find_spending(request.organization, request.caller_key,
                                               &request.before, request.position);
    if (!before) return before.error();
    return FoundSpending{.state = organization->state, .before = *before};
  };
  answers_.add(std::move(request.reply), read());
}

void Committer::decide_request(OutcomeRequest& request, CommitBatch& /*batch*/) {
  const auto read = [&]() -> Result<ledger::Outcome> {
    auto known = records_.find_outcome(request.organization, request.key, request.lookup);
    if (!known) return std::move(known).error();
    if (known->empty()) return make_error(ErrorCode::not_found);
    return make_replay(*known);
  };
  answers_.add(std::move(request.reply), read());
}

void Committer::decide_request(MarkRequest& request, CommitBatch& batch) {
  const auto mark = [&]() -> Result<std::uint64_t> {
    if (auto refusal = find_refusal(Work::movements)) return *std::move(refusal);
    batch.is_mark_wanted = true;
    return batch.batch->number;
  };
  answers_.add(std::move(request.reply), mark());
}

void Committer::book_what_is_due(CommitBatch& batch) {
  for (std::size_t i = 0; i < kMaxSweptOrganizations; ++i) {
    const auto due_at = working_->next_due_at();
    if (!due_at || *due_at > batch.at) return;
    Source source(*this, &working_->first_due(), batch);
    settle_due(source, booked_);
  }
}

std::optional<Error> Committer::find_obstacle() {
  WorkSet without_room;
  if (!parts_.deriver.wait_for_room()) {
    without_room = WorkSet::writes();
  } else if (!parts_.journal.has_room()) {
    // Work that protects goes on in the segment that is prepared.
    without_room =
        parts_.journal.has_last_room() ? Work::acts | Work::movements : WorkSet::writes();
  }
  parts_.disk.set_without_room(without_room);
  refused_ = parts_.disk.refused();
  if (refused_ == WorkSet::writes()) return disk_is_full();
  return {};
}

std::optional<Error> Committer::find_refusal(Work work) const {
  if (obstacle_) return obstacle_;
  if (refused_.has(work)) return disk_is_full();
  return {};
}

void Committer::publish(CommitBatch& batch) {
  for (const directory::DirectoryRecord& record : batch.batch->directory_records) {
    // Everything decided so far is synced, so readers may see what the working directory has.
    parts_.published.directory.follow(record, working_->directory());
    if (const auto* made = std::get_if<directory::Organization>(&record)) {
      working_->find(made->id)->published = &parts_.published.ledgers.make(made->id);
    }
  }
  for (std::size_t i = 0; i < batch.booked_for.size(); ++i) {
    const auto [organization, seq] = batch.booked_for[i];
    organization->published->add_entry(seq, batch.batch->encoded_entry(i), organization->balance());
  }
  for (directory::AuditRecord& record : batch.audit_records)
    parts_.published.audit.add(std::move(record));
  if (!parts_.deriver.enqueue(batch.batch)) return;
  records_.begin_run();
}

}  // namespace farthing::store::embedded
