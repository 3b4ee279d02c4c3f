// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/committer.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>

#include "base/check.hpp"
#include "server/directory/act_description.hpp"
#include "server/directory/refusals.hpp"
#include "server/directory/rights.hpp"
#include "server/directory/rules.hpp"
#include "server/ledger/decide.hpp"
#include "server/store/clock_watch.hpp"
#include "server/store/refusals.hpp"
#include "server/store/work.hpp"

namespace farthing::store::embedded {
namespace {

constexpr std::size_t kMaxBatchCommands = 1'024;  // but what one call brought stays together
// So many organizations are swept with one batch at most.
constexpr std::size_t kMaxSweptOrganizations = 256;
// A clock may be set, so nobody sleeps for long on what it said.
constexpr std::chrono::microseconds kLongestSleep = std::chrono::seconds(1);
constexpr auto kDiskCheckInterval = std::chrono::milliseconds(100);
constexpr auto kClockWatchInterval = std::chrono::milliseconds(900);

enum class Freshness { fresh, replayed };

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::vector<ledger::Entry> read_outcome(FreshOutcomes::Place place) {
  std::vector<ledger::Entry> entries;
  do {
    auto entry = ledger::decode_entry(place.batch->encoded_entry(place.index++));
    CHECK(entry);
    entries.push_back(*std::move(entry));
  } while (entries.back().is_continued);
  return entries;
}

// Moves the entries, of which there is at least one.
ledger::Outcome make_outcome(std::span<ledger::Entry> entries, Freshness freshness) {
  return {.entry = std::move(entries.front()),
          .rest = {std::move_iterator(entries.begin() + 1), std::move_iterator(entries.end())},
          .is_replayed = freshness == Freshness::replayed};
}

}  // namespace

Committer::Committer(Parts parts, Options options, Start start)
    : parts_(parts),
      options_(options),
      overload_(parts_.limitations),
      working_(std::move(start.working)),
      fresh_outcomes_(std::move(start.fresh_outcomes)),
      fresh_records_(std::move(start.fresh_records)),
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

// Takes the request, or says why not and leaves it.
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

// What was answered without an entry, a refusal or a read, had its time too, and that time does not
// run backwards over a restart either: a record without items carries it.
void Committer::keep_time() {
  const LedgerTime time = parts_.clock.read();
  if (time.at <= last_mark_ || parts_.failure.has_happened() || find_obstacle()) return;
  CommitBatch batch(parts_.journal.last_number() + 1, time);
  batch.record.finish();
  const auto synced = parts_.journal.append(*batch.batch);
  if (synced) return keep(batch);
  // Where there is no room, nobody waits for it.
  if (synced.error().code != ErrorCode::unavailable) parts_.failure.report(synced.error());
}

// False when there is nothing left to do for ever.
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

// The working state is ahead of the disk then, so nothing else may be decided before this is there;
// it has been promised to nobody yet.
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

// When there is something to do that nobody asks for.
Instant Committer::next_work_at() const {
  return std::min(working_->next_due_at().value_or(next_mark_at_), next_mark_at_);
}

void Committer::commit_batch() {
  batch_begun_ms_.store(steady_ms(), std::memory_order_relaxed);
  if (const auto failure = parts_.failure.find_refusal()) {
    for (CommitRequest& request : taken_) refuse(std::move(request), *failure);
    next_taken_ = taken_.size();
    return;
  }
  forget_derived();
  watch_clock();
  CommitBatch batch(parts_.journal.last_number() + 1, parts_.clock.read());
  obstacle_ = find_obstacle();
  decide_requests(batch);
  if (!find_refusal(Work::movements)) book_what_is_due(batch);

  const bool is_mark_due = !find_refusal(Work::movements) && batch.at >= next_mark_at_;
  if (!batch.record.is_empty() || is_mark_due) write(batch);
  if (batch.confirmed_time && !parts_.failure.has_happened()) {
    parts_.clock.raise_mark(*batch.confirmed_time);
    keep_time();  // the clock stays confirmed over a restart
    clock_watched_at_ = {};
    watch_clock();  // so that /readyz is right when the answer is there
  }
  answers_.give(parts_.failure.find_refusal());
  batch_begun_ms_.store(0, std::memory_order_relaxed);
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

void Committer::decide_request(SettleOneRequest& request, CommitBatch& batch) {
  answers_.add(std::move(request.reply), settle(request.command, request.lookup, batch));
}

void Committer::decide_request(SettleActRequest& request, CommitBatch& batch) {
  const auto settle_and_note = [&]() -> Result<ledger::Outcome> {
    const auto* organization = working_->find(request.command.organization);
    const Credits limit = organization == nullptr ? Credits() : organization->state.overdraft_limit;
    const ApiKeyId api_key = request.command.origin.api_key.value_or(ApiKeyId());
    auto refusal =
        directory::find_refusal_of_asker(working_->directory(), api_key, request.origin, batch.at);
    if (refusal) return *std::move(refusal);
    auto outcome = settle(request.command, request.lookup, batch);
    if (outcome && !outcome->is_replayed) {
      note(api_key, std::move(request.origin), directory::describe_act(*outcome, limit), batch);
    }
    return outcome;
  };
  answers_.add(std::move(request.reply), settle_and_note());
}

void Committer::note(const ApiKeyId& api_key, directory::ActOrigin origin, directory::Act act,
                     CommitBatch& batch) {
  directory::AuditRecord record =
      directory::make_audit_record(audit_, batch.at, api_key, std::move(origin), std::move(act));
  audit_ = directory::head_after(record);
  batch.record.add(record);
  batch.audit_records.push_back(std::move(record));
}

void Committer::decide_request(SettleRequest& request, CommitBatch& batch) {
  std::vector<Result<ledger::Outcome>> results;
  results.reserve(request.commands.size());
  for (std::size_t i = 0; i < request.commands.size(); ++i) {
    results.push_back(settle(request.commands[i], request.lookups[i], batch));
  }
  answers_.add(std::move(request.reply), std::move(results));
}

Result<ledger::Outcome> Committer::settle(ledger::Command& command, CommandLookup& lookup,
                                          CommitBatch& batch) {
  WorkingLedger::Organization* organization = working_->find(command.organization);
  if (organization == nullptr) return *find_refusal_of_new(command, {});
  auto known = find_known(command.organization, command.origin.idempotency_key, lookup.outcome);
  if (!known) return std::move(known).error();
  if (!known->empty()) {
    const auto checked = ledger::check_replay(known->front(), command.origin.fingerprint);
    if (!checked) return checked.error();
    return make_outcome(*known, Freshness::replayed);
  }
  if (auto refusal = find_refusal(work_of(command.action))) return *std::move(refusal);
  const directory::Standing standing =
      organization->is_disabled ? directory::Standing::disabled : directory::Standing::enabled;
  if (auto refusal = find_refusal_of_new(command, standing)) return *std::move(refusal);
  if (batch.is_clock_in_doubt && work_of(command.action) == Work::movements) {
    return clock_in_doubt("server");
  }
  command.at = std::max(batch.at, organization->state.last_at);
  booked_.clear();
  ledger::book_due(organization->state, command.at, booked_);
  keep_booked(*organization, batch);
  const auto records = collect_records(organization->state, command, lookup, batch);
  if (!records) return records.error();
  booked_.clear();
  const auto decided = ledger::decide(organization->state, std::move(command), *records, booked_);
  if (!decided) return decided.error();
  keep_booked(*organization, batch);
  const auto own = booked_.entries();
  fresh_outcomes_.add(batch.batch, own.front().organization, own.front().origin.idempotency_key,
                      batch.batch->entries.size() - own.size());
  return make_outcome(own, Freshness::fresh);
}

void Committer::keep_booked(WorkingLedger::Organization& organization, CommitBatch& batch) {
  if (booked_.size() == 0) return;
  for (std::size_t i = 0; i < booked_.size(); ++i) {
    fresh_records_.add(batch.batch, booked_.entries()[i], batch.batch->entries.size() + i);
  }
  for (const ledger::PastSpending& past : booked_.past_spending()) {
    fresh_records_.add(batch.batch->number, past);
  }
  batch.add(organization, booked_);
  working_->reschedule(organization);
}

Result<ledger::Records> Committer::collect_records(const ledger::OrganizationState& state,
                                                   const ledger::Command& command,
                                                   const CommandLookup& lookup,
                                                   const CommitBatch& batch) const {
  ledger::Records records;
  for (auto missing = missing_records(state, command, records); !missing.empty();
       missing = missing_records(state, command, records)) {
    for (const Id128& id : missing) {
      auto record = find_record(state, id, lookup, batch);
      if (!record) return std::move(record).error();
      records.add(id, *std::move(record));
    }
  }
  if (const auto key = ledger::find_capped_key(command)) {
    auto spending =
        find_spending(state.organization, *key, lookup.records.spending(), lookup.outcome.position);
    if (!spending) return std::move(spending).error();
    records.set_spending(*spending);
  }
  return records;
}

Result<ledger::SpendingRecord> Committer::find_spending(OrganizationId organization,
                                                        ApiKeyId caller_key,
                                                        const ledger::SpendingRecord* found,
                                                        std::uint64_t position) const {
  ledger::SpendingRecord record;
  // What has come to it since it was looked up must not be forgotten here.
  if (found != nullptr && position >= fresh_outcomes_.forgotten_to()) {
    record = *found;
  } else {
    const auto read = parts_.records.find_spending(organization, caller_key);
    if (!read) return read.error();
    record = *read;
  }
  fresh_records_.update(record, organization, caller_key);
  return record;
}

Result<std::optional<ledger::Record>> Committer::find_record(const ledger::OrganizationState& state,
                                                             const Id128& id,
                                                             const CommandLookup& lookup,
                                                             const CommitBatch& batch) const {
  std::optional<ledger::Record> record;
  // What has changed it since it was looked up must not be forgotten here.
  const auto* found = lookup.records.find(id);
  const bool is_recent = lookup.outcome.position >= fresh_outcomes_.forgotten_to();
  if (found != nullptr && *found && is_recent) {
    record = *found;
  } else {
    auto read = parts_.records.find(state.organization, id);
    if (!read) return std::move(read).error();
    record = *std::move(read);
  }
  if (!record) record = batch.find_made(state.organization, id);
  if (record) fresh_records_.update(*record, state.organization, id);
  return record;
}

Result<std::vector<ledger::Entry>> Committer::find_known(OrganizationId organization,
                                                         const std::string& key,
                                                         OutcomeLookup& lookup) {
  if (const auto place = fresh_outcomes_.find(organization, key)) return read_outcome(*place);
  if (lookup.entries.empty() && lookup.position < fresh_outcomes_.forgotten_to()) {
    // It might have been derived and forgotten here since the look-up was made.
    auto again =
        look_up_outcome(parts_.database, parts_.keys, parts_.deriver.position(), organization, key);
    if (!again) return std::move(again).error();
    lookup = *std::move(again);
  }
  return std::move(lookup.entries);
}

void Committer::decide_request(ChangeRequest& request, CommitBatch& batch) {
  const auto decide_and_apply = [&]() -> Result<directory::DirectoryOutcome> {
    if (auto refusal = find_refusal(work_of(request.command.action))) return *std::move(refusal);
    if (request.receipt) working_->know(*std::move(request.receipt));
    auto decision = decide(working_->directory(), request.command, batch.at);
    if (!decision) return std::move(decision).error();
    for (directory::DirectoryRecord& record : decision->records) {
      working_->apply(record);
      batch.record.add(std::move(record));
    }
    if (decision->act) {
      directory::DirectoryOrigin& origin = request.command.origin;
      note(origin.actor, std::move(origin.act), *std::move(decision->act), batch);
    }
    if (decision->confirmed_time) batch.confirmed_time = decision->confirmed_time;
    return std::move(decision->outcome);
  };
  answers_.add(std::move(request.reply), decide_and_apply());
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
      CommandLookup lookup{.outcome = {.position = request.position, .entries = {}}, .records = {}};
      lookup.records.add(id, std::move(found));
      auto record = find_record(state, id, lookup, batch);
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
    const auto before =
        find_spending(request.organization, request.caller_key, &request.before, request.position);
    if (!before) return before.error();
    return FoundSpending{.state = organization->state, .before = *before};
  };
  answers_.add(std::move(request.reply), read());
}

void Committer::decide_request(OutcomeRequest& request, CommitBatch& /*batch*/) {
  const auto read = [&]() -> Result<ledger::Outcome> {
    auto known = find_known(request.organization, request.key, request.lookup);
    if (!known) return std::move(known).error();
    if (known->empty()) return make_error(ErrorCode::not_found);
    return make_outcome(*known, Freshness::replayed);
  };
  answers_.add(std::move(request.reply), read());
}

void Committer::book_what_is_due(CommitBatch& batch) {
  for (std::size_t i = 0; i < kMaxSweptOrganizations; ++i) {
    const auto due_at = working_->next_due_at();
    if (!due_at || *due_at > batch.at) return;
    WorkingLedger::Organization& organization = working_->first_due();
    booked_.clear();
    ledger::book_due(organization.state, batch.at, booked_);
    keep_booked(organization, batch);
  }
}

std::optional<Error> Committer::find_obstacle() {
  WorkSet without_room;
  if (!parts_.deriver.wait_for_room()) {
    without_room = WorkSet::writes();
  } else if (!parts_.journal.has_room()) {
    // What protects goes on in the segment that is prepared.
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
    // Everything decided so far is synced, so what the working directory has may be shared.
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
  fresh_outcomes_.begin_run();
  fresh_records_.begin_run();
}

// What is derived stays in memory until the deriver has got on again, so that a look-up made on the
// way to the queue still counts when its command is decided.
void Committer::forget_derived() {
  const std::uint64_t position = parts_.deriver.position();
  if (position == forget_next_) return;
  fresh_outcomes_.forget(forget_next_);
  fresh_records_.forget(forget_next_);
  forget_next_ = position;
}

}  // namespace farthing::store::embedded
