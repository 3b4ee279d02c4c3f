// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/settle_batch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.hpp"
#include "server/directory/act_description.hpp"
#include "server/directory/refusals.hpp"
#include "server/directory/rights.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/ledger/soundness.hpp"
#include "server/store/postgres/audit_log.hpp"
#include "server/store/postgres/directory_reads.hpp"
#include "server/store/postgres/ledger_writes.hpp"
#include "server/store/postgres/statements.hpp"
#include "server/store/postgres/stored_values.hpp"
#include "server/store/refusals.hpp"
#include "server/store/work.hpp"

namespace farthing::store::postgres {
namespace {

// Entries that continue an outcome are read so many at a time.
constexpr std::int64_t kOutcomeEntriesAtATime = 64;

// One that this batch has made.
ledger::Entry decode_own(std::string_view stored) {
  auto entry = ledger::decode_entry(stored);
  CHECK(entry);
  return *std::move(entry);
}

// The id of what the command is about, if it is about anything.
const Id128* find_target(const ledger::Action& action) {
  if (const auto* grant = std::get_if<ledger::VoidGrant>(&action)) return &grant->grant;
  if (const auto* refund = std::get_if<ledger::RefundCharge>(&action)) return &refund->charge;
  return ledger::find_hold_of(action);
}

ledger::Outcome make_outcome(std::vector<ledger::Entry> entries, bool is_replayed) {
  return {.entry = std::move(entries.front()),
          .rest = {std::move_iterator(entries.begin() + 1), std::move_iterator(entries.end())},
          .is_replayed = is_replayed};
}

Result<ledger::Outcome> replay(std::vector<ledger::Entry> entries,
                               const ledger::Fingerprint& fingerprint) {
  const auto checked = ledger::check_replay(entries.front(), fingerprint);
  if (!checked) return checked.error();
  return make_outcome(std::move(entries), true);
}

// Of the key that was presented for an act, if one was, with its user and that one's roles.
Call load_asker_call(const directory::ActOrigin& origin) {
  DirectoryPart part;
  if (origin.credential) part.digests.push_back(origin.credential->secret_digest);
  return load_directory_call(part);
}

}  // namespace

SettleBatch::SettleBatch(Session& session, StoreClock& clock,
                         std::vector<ledger::Command*> commands)
    : session_(session),
      clock_(clock),
      commands_(std::move(commands)),
      results_(commands_.size(), Result<ledger::Outcome>(directory::no_such_organization())),
      attempted_(commands_.size()) {
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    organizations_[commands_[i]->organization].commands.push_back(i);
  }
}

void SettleBatch::add_due(std::vector<OrganizationId> organizations) {
  for (const OrganizationId& id : organizations) organizations_[id].is_swept = true;
}

Checked<std::vector<Result<ledger::Outcome>>> SettleBatch::attempt() {
  if (auto done = lock_and_read(); !done) return std::move(done).error();
  if (auto refusal = find_refusal_of_act()) {
    session_.abandon_transaction();
    return std::vector<Result<ledger::Outcome>>{*std::move(refusal)};
  }
  for (auto& [id, organization] : organizations_) decide(organization);
  for (;;) {
    auto has_read = read_missing();
    if (!has_read) return std::move(has_read).error();
    if (!*has_read) break;
  }
  if (auto done = write_and_commit(); !done) return std::move(done).error();
  for (std::size_t i = 0; i < results_.size(); ++i) {
    Result<ledger::Outcome>& result = results_[i];
    // What an attempt of ours has booked is no repetition.
    if (result && attempted_[i] && result->entry.hash == *attempted_[i]) {
      result->is_replayed = false;
    }
  }
  return std::move(results_);
}

Checked<Done> SettleBatch::lock_and_read() {
  std::vector<Place> targets;
  std::vector<Place> capped;
  for (const ledger::Command* command : commands_) {
    if (const Id128* target = find_target(command->action)) {
      targets.emplace_back(command->organization, *target);
    }
    if (const auto key = ledger::find_capped_key(*command)) {
      capped.emplace_back(command->organization, key->value);
    }
  }
  std::ranges::sort(capped);
  capped.erase(std::ranges::unique(capped).begin(), capped.end());
  const auto id_of = [](const auto& organization) { return organization.first.value; };
  Parameters locked;
  locked.add_ids(organizations_, id_of);
  Parameters outcomes;
  outcomes
      .add_ids(commands_,
               [](const ledger::Command* command) { return command->organization.value; })
      .add_byte_strings(commands_, [](const ledger::Command* command) {
        return std::string_view(command->origin.idempotency_key);
      });
  std::vector<Call> calls;
  calls.push_back({kBegin});
  if (act_origin_ != nullptr) {
    calls.push_back({kHoldDirectory});
    calls.push_back(load_asker_call(*act_origin_));
  }
  const std::size_t locks = calls.size();
  calls.push_back({kLockStates, std::move(locked)});
  // From here on each statement sees what the lock has waited for.
  calls.push_back({kReadOutcomes, std::move(outcomes)});
  calls.push_back({kClock});
  if (!targets.empty()) calls.push_back(read_records_call(targets));
  if (!capped.empty()) calls.push_back(read_spending_call(capped));
  auto answers = session_.run(calls);
  if (!answers) return std::move(answers).error();

  for (auto& [id, organization] : organizations_) {
    organization.exists = false;
    organization.is_damaged = false;
    organization.outcomes.clear();
    organization.records.clear();
    organization.unreadable.clear();
    organization.spending.clear();
  }
  if (act_origin_ != nullptr) {
    if ((*answers)[locks - 2].is_empty())
      return concerning_all(damaged("directory_change has no row"));
    auto directory = make_directory((*answers)[locks - 1]);
    if (!directory) return std::move(directory).error();
    directory_ = *std::move(directory);
  }
  take_states((*answers)[locks]);
  time_ = clock_.observe((*answers)[locks + 2].instant(0, 0));
  if (!targets.empty()) take_records((*answers)[locks + 3]);
  if (!capped.empty()) take_spending(capped, answers->back());
  return take_outcomes((*answers)[locks + 1]);
}

std::optional<Error> SettleBatch::find_refusal_of_act() const {
  if (act_origin_ == nullptr) return {};
  const ledger::Command& command = *commands_[0];
  const auto& outcomes = organizations_.at(command.organization).outcomes;
  const auto known = outcomes.find(command.origin.idempotency_key);
  const bool is_ours = attempted_[0] && known != outcomes.end() && !known->second.empty() &&
                       known->second.front().hash == *attempted_[0];
  if (is_ours) return {};
  return directory::find_refusal_of_asker(*directory_, command.origin.api_key.value_or(ApiKeyId()),
                                          *act_origin_, time_.at);
}

void SettleBatch::take_states(const Rows& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OrganizationId id{rows.id(row, 0)};
    Organization& organization = organizations_.at(id);
    organization.exists = true;
    auto state = read_state(rows, row, 1, id);
    if (!state) {
      note_damage(organization, state.error());
      continue;
    }
    organization.loaded = *std::move(state);
    organization.is_disabled = rows.number(row, 2) != 0;
  }
}

Checked<Done> SettleBatch::take_outcomes(const Rows& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OrganizationId id{rows.id(row, 0)};
    auto entries = read_outcome(id, rows.bytes(row, 1));
    if (!entries) {
      if (entries.error().failure != Failure::damaged) return std::move(entries).error();
      session_.report_damage(entries.error());
      entries = std::vector<ledger::Entry>();
    }
    organizations_.at(id).outcomes[std::string(rows.bytes(row, 2))] = *std::move(entries);
  }
  return Done{};
}

Checked<std::vector<ledger::Entry>> SettleBatch::read_outcome(OrganizationId organization,
                                                              std::string_view first) {
  auto entry = read_entry(first, organization);
  if (!entry) return std::move(entry).error();
  std::vector<ledger::Entry> entries;
  entries.push_back(*std::move(entry));
  while (entries.back().is_continued) {
    Parameters next;
    next.add(organization.value).add(as_number(entries.back().seq + 1)).add(kOutcomeEntriesAtATime);
    const auto answers = session_.run({Call{kReadEntries, std::move(next)}});
    if (!answers) return answers.error();
    const Rows& rest = answers->front();
    if (rest.is_empty()) {
      return damaged("a ledger_entry of " + organization.to_string() + " is missing");
    }
    for (std::size_t i = 0; i < rest.size() && entries.back().is_continued; ++i) {
      auto more = read_entry(rest.bytes(i, 0), organization);
      if (!more) return std::move(more).error();
      if (more->seq != entries.back().seq + 1) {
        return damaged("a ledger_entry of " + organization.to_string() + " is missing");
      }
      entries.push_back(*std::move(more));
    }
  }
  return entries;
}

void SettleBatch::note_damage(Organization& organization, const DatabaseError& error) {
  session_.report_damage(error);
  organization.is_damaged = true;
}

Call SettleBatch::read_records_call(const std::vector<Place>& wanted) {
  Parameters parameters;
  parameters.add_ids(wanted, [](const auto& each) { return each.first.value; })
      .add_ids(wanted, [](const auto& each) { return each.second; })
      .add_numbers(wanted, [](const auto& each) { return as_number(ledger::seq_of(each.second)); });
  return {kReadRecords, std::move(parameters)};
}

Call SettleBatch::read_spending_call(const std::vector<Place>& wanted) {
  Parameters parameters;
  parameters.add_ids(wanted, [](const Place& each) { return each.first.value; })
      .add_ids(wanted, [](const Place& each) { return each.second; });
  return {kReadSpending, std::move(parameters)};
}

void SettleBatch::take_spending(const std::vector<Place>& wanted, const Rows& rows) {
  for (const auto& [owner, key] : wanted) {
    organizations_.at(owner).spending[key] = ledger::SpendingRecord();
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OrganizationId owner{rows.id(row, 0)};
    const Id128 key = rows.id(row, 1);
    const auto record = read_spending_record(rows.bytes(row, 2), owner, key);
    if (!record) session_.report_damage(record.error());
    organizations_.at(owner).spending[key] = record ? KnownSpending(*record) : KnownSpending();
  }
}

void SettleBatch::take_records(const Rows& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OrganizationId owner{rows.id(row, 0)};
    const Id128 id = rows.id(row, 1);
    Organization& organization = organizations_.at(owner);
    auto record = read_known_record(rows, row, owner, id);
    if (record) {
      organization.records[id] = *std::move(record);
    } else {
      session_.report_damage(record.error());
      organization.records[id] = {};
      organization.unreadable.insert(id);
    }
  }
}

Checked<SettleBatch::KnownRecord> SettleBatch::read_known_record(const Rows& rows, std::size_t row,
                                                                 OrganizationId organization,
                                                                 const Id128& id) {
  if (!rows.is_null(row, 2)) {
    auto record = read_record(rows.bytes(row, 2), organization, id);
    if (!record) return std::move(record).error();
    return KnownRecord(*std::move(record));
  }
  if (rows.is_null(row, 3)) return KnownRecord();
  const auto maker = read_entry(rows.bytes(row, 3), organization);
  if (!maker) return maker.error();
  return record_made_by(*maker, id);
}

Checked<bool> SettleBatch::read_missing() {
  std::vector<Place> records;
  std::vector<Place> spending;
  for (const auto& [id, organization] : organizations_) {
    if (organization.is_damaged) continue;
    for (const Id128& missing : organization.missing) records.emplace_back(id, missing);
    for (const Id128& key : organization.missing_spending) spending.emplace_back(id, key);
  }
  std::vector<Call> calls;
  if (!records.empty()) calls.push_back(read_records_call(records));
  if (!spending.empty()) calls.push_back(read_spending_call(spending));
  if (calls.empty()) return false;
  const auto answers = session_.run(calls);
  if (!answers) return answers.error();
  if (!records.empty()) take_records(answers->front());
  if (!spending.empty()) take_spending(spending, answers->back());
  for (auto& [id, organization] : organizations_) {
    if (organization.is_missing_something() && !organization.is_damaged) decide(organization);
  }
  return true;
}

// Decides all commands on one organization, from its state as it was loaded. When something turns
// out to be missing, what was decided does not count.
void SettleBatch::decide(Organization& organization) {
  if (!organization.exists) {
    for (const std::size_t place : organization.commands) {
      results_[place] = *find_refusal_of_new(*commands_[place], {});
    }
    return;
  }
  if (organization.is_damaged) return give_up(organization);
  organization.state = organization.loaded;
  organization.booked.clear();
  organization.fresh.clear();
  organization.current.clear();
  organization.changed.clear();
  organization.missing.clear();
  organization.current_spending.clear();
  organization.changed_spending.clear();
  organization.missing_spending.clear();
  for (const std::size_t place : organization.commands) {
    results_[place] = settle(organization, *commands_[place]);
  }
  if (organization.is_swept) {
    ledger::book_due(organization.state, std::max(time_.at, organization.state.last_at), booked_);
    keep_booked(organization);
  }
  if (organization.is_damaged) give_up(organization);
}

// Nothing is written for it.
void SettleBatch::give_up(Organization& organization) {
  organization.booked.clear();
  organization.missing.clear();
  organization.missing_spending.clear();
  for (const std::size_t place : organization.commands) results_[place] = unreadable();
}

Result<ledger::Outcome> SettleBatch::settle(Organization& organization,
                                            const ledger::Command& asked) {
  const std::string& key = asked.origin.idempotency_key;
  const auto& fingerprint = asked.origin.fingerprint;
  if (const auto known = organization.outcomes.find(key); known != organization.outcomes.end()) {
    if (known->second.empty()) return unreadable();
    return replay(known->second, fingerprint);
  }
  if (const auto fresh = organization.fresh.find(key); fresh != organization.fresh.end()) {
    return replay(read_fresh(organization, fresh->second), fingerprint);
  }
  const ledger::Standing standing =
      organization.is_disabled ? ledger::Standing::disabled : ledger::Standing::enabled;
  ledger::Command command = asked;
  if (auto refusal = find_refusal_of_new(command, standing)) return *std::move(refusal);
  if (time_.is_in_doubt && work_of(asked.action) == Work::movements) {
    return clock_in_doubt("database");
  }
  command.at = std::max(time_.at, organization.state.last_at);
  ledger::book_due(organization.state, command.at, booked_);
  keep_booked(organization);
  const auto records = collect_records(organization, command);
  if (!records) return make_error(ErrorCode::unavailable);  // it will be decided again
  if (!can_be_relied_on(*records, organization, command)) return unreadable();
  const auto decided = ledger::decide(organization.state, std::move(command), *records, booked_);
  if (!decided) return decided.error();

  organization.fresh.emplace(key, organization.booked.size());
  return make_outcome(keep_booked(organization), false);
}

// What the rules take for granted of the records that a command needs.
bool SettleBatch::can_be_relied_on(const ledger::Records& records, const Organization& organization,
                                   const ledger::Command& command) {
  if (std::ranges::any_of(organization.unreadable,
                          [&](const Id128& id) { return records.has(id); })) {
    return false;
  }
  if (ledger::find_capped_key(command) && records.spending() == nullptr) return false;
  if (const Id128* id = ledger::find_hold_of(command.action)) {
    const auto* hold = records.find<ledger::HoldRecord>(*id);
    return hold == nullptr || hold->status.state != ledger::HoldState::open;
  }
  const auto* refund = std::get_if<ledger::RefundCharge>(&command.action);
  if (refund == nullptr) return true;
  const auto* charge = records.find<ledger::ChargeRecord>(refund->charge);
  if (charge == nullptr) return true;
  const auto& debts = organization.state.debts;
  const auto debt = debts.find(refund->charge);
  if (charge->debt != (debt == debts.end() ? Credits() : debt->second)) return false;
  return std::ranges::all_of(charge->payments, [&](const ledger::LotAmount& payment) {
    return records.find<ledger::GrantRecord>(payment.grant) != nullptr;
  });
}

std::optional<ledger::Records> SettleBatch::collect_records(Organization& organization,
                                                            const ledger::Command& command) {
  ledger::Records records;
  for (auto wanted = missing_records(organization.state, command, records); !wanted.empty();
       wanted = missing_records(organization.state, command, records)) {
    for (const Id128& id : wanted) {
      const KnownRecord* record = find_record(organization, id);
      if (record == nullptr) return {};
      records.add(id, *record);
    }
  }
  if (const auto key = ledger::find_capped_key(command)) {
    const KnownSpending* spending = find_spending(organization, *key);
    if (spending == nullptr) return {};
    if (*spending) records.set_spending(**spending);
  }
  return records;
}

SettleBatch::KnownSpending* SettleBatch::find_spending(Organization& organization,
                                                       ApiKeyId caller_key) {
  const Id128& key = caller_key.value;
  const auto found = organization.current_spending.find(key);
  if (found != organization.current_spending.end()) return &found->second;
  const auto loaded = organization.spending.find(key);
  if (loaded == organization.spending.end()) {
    organization.missing_spending.insert(key);
    return nullptr;
  }
  return &(organization.current_spending[key] = loaded->second);
}

void SettleBatch::keep_past(Organization& organization, const ledger::PastSpending& past) {
  KnownSpending* record = find_spending(organization, past.caller_key);
  if (record == nullptr) return;  // it will be decided again
  if (*record) {
    ledger::apply(**record, past);
    organization.changed_spending.insert(past.caller_key.value);
  } else {
    organization.is_damaged = true;
  }
}

SettleBatch::KnownRecord* SettleBatch::find_record(Organization& organization, const Id128& id) {
  if (const auto found = organization.current.find(id); found != organization.current.end()) {
    return &found->second;
  }
  // Made here: later entries about it would have brought it into `current`.
  const std::uint64_t seq = ledger::seq_of(id);
  const std::uint64_t first = organization.loaded.last_seq + 1;
  if (seq >= first && seq - first < organization.booked.size()) {
    const ledger::Entry maker = decode_own(organization.booked[seq - first].stored);
    KnownRecord made;
    if (maker.subject == id) made = ledger::make_record(maker);
    return &(organization.current[id] = std::move(made));
  }
  const auto loaded = organization.records.find(id);
  if (loaded == organization.records.end()) {
    organization.missing.insert(id);
    return nullptr;
  }
  return &(organization.current[id] = loaded->second);
}

std::vector<ledger::Entry> SettleBatch::keep_booked(Organization& organization) {
  for (std::size_t i = 0; i < booked_.size(); ++i) {
    const ledger::Entry& entry = booked_.entries()[i];
    if (const auto changed = ledger::record_changed_by(entry)) {
      if (KnownRecord* record = find_record(organization, *changed)) {
        if (*record && ledger::is_about(**record, entry)) {
          ledger::apply(**record, entry);
          organization.changed.insert(*changed);
        } else {
          note_damage(
              organization,
              damaged("the record of what entry " + std::to_string(entry.seq) + " of " +
                      entry.organization.to_string() + " changes is missing or another thing's"));
        }
      }
    }
    organization.booked.push_back({.seq = entry.seq,
                                   .kind = entry.kind,
                                   .idempotency_key = entry.origin.idempotency_key,
                                   .stored = std::string(booked_.stored(i))});
  }
  for (const ledger::PastSpending& past : booked_.past_spending()) keep_past(organization, past);
  std::vector<ledger::Entry> entries(std::move_iterator(booked_.entries().begin()),
                                     std::move_iterator(booked_.entries().end()));
  booked_.clear();
  return entries;
}

std::vector<ledger::Entry> SettleBatch::read_fresh(const Organization& organization,
                                                   std::size_t place) const {
  std::vector<ledger::Entry> entries;
  do {
    entries.push_back(decode_own(organization.booked[place++].stored));
  } while (entries.back().is_continued);
  return entries;
}

Checked<Done> SettleBatch::write_and_commit() {
  LedgerWrites writes;
  for (const auto& [id, organization] : organizations_) {
    if (!organization.exists || organization.booked.empty()) continue;
    for (const BookedRow& row : organization.booked) {
      writes.add_entry(id, row.seq, row.kind, row.idempotency_key, row.stored);
    }
    writes.add_state(organization.state);
    for (const Id128& changed : organization.changed) {
      writes.add_record(id, changed, *organization.current.at(changed));
    }
    for (const Id128& key : organization.changed_spending) {
      writes.add_spending(id, key, *organization.current_spending.at(key));
    }
  }
  std::vector<Call> calls;
  writes.append_to(calls);
  if (is_in_doubt_) {
    Parameters locked;
    locked.add_ids(organizations_, [](const auto& each) { return each.first.value; });
    calls.push_back({kTouchOrganizations, std::move(locked)});
  }
  const bool is_act = act_origin_ != nullptr && results_[0] && !results_[0]->is_replayed;
  if (is_act) {
    auto rest = write_and_note(std::move(calls));
    if (!rest) return std::move(rest).error();
    calls = *std::move(rest);
  }
  calls.push_back({kCommit});
  (void)session_.take_warning();
  auto committed = session_.run(calls);
  const bool has_warned = session_.take_warning();
  if (committed && !has_warned) {
    if (calls.size() > 1) {
      session_.report_written(act_origin_ != nullptr ? Work::acts : Work::movements);
    }
    return Done{};
  }
  // From here on an entry of ours may be found under its idempotency key. After a conflict or a
  // refusal nothing has happened.
  if (committed || committed.error().failure == Failure::lost) {
    is_in_doubt_ = true;
    remember_attempt(results_);
  }
  if (!committed) return std::move(committed).error();
  return DatabaseError{.failure = Failure::lost,
                       .message =
                           "the COMMIT came with a warning: what it wrote may not be where "
                           "synchronous replication should have it"};
}

Checked<std::vector<Call>> SettleBatch::write_and_note(std::vector<Call> calls) {
  calls.push_back({kLockAuditHead});
  const auto written = session_.run(calls);
  if (!written) return written.error();
  const ledger::Command& command = *commands_[0];
  const Credits limit = organizations_.at(command.organization).loaded.overdraft_limit;
  return add_audit_record_calls(written->back(), time_.at,
                                command.origin.api_key.value_or(ApiKeyId()), *act_origin_,
                                directory::describe_act(*results_[0], limit));
}

void SettleBatch::remember_attempt(const std::vector<Result<ledger::Outcome>>& results) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i] && !results[i]->is_replayed) attempted_[i] = results[i]->entry.hash;
  }
}

}  // namespace farthing::store::postgres
