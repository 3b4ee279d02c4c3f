// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/settle_batch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/store/act_description.hpp"
#include "server/store/directory_rights.hpp"
#include "server/store/postgres/audit_log.hpp"
#include "server/store/postgres/directory_reads.hpp"
#include "server/store/postgres/ledger_writes.hpp"
#include "server/store/postgres/statements.hpp"
#include "server/store/refusals.hpp"

namespace farthing::store::postgres {
namespace {

// Entries that continue an outcome are read so many at a time.
constexpr std::int64_t kEntriesAtATime = 64;

ledger::Entry decode(std::string_view stored) {
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

Outcome make_outcome(std::vector<ledger::Entry> entries, bool is_replayed) {
  return {.entry = std::move(entries.front()),
          .rest = {std::move_iterator(entries.begin() + 1), std::move_iterator(entries.end())},
          .is_replayed = is_replayed};
}

Result<Outcome> replay(std::vector<ledger::Entry> entries, const ledger::Fingerprint& fingerprint) {
  const auto checked = ledger::check_replay(entries.front(), fingerprint);
  if (!checked) return checked.error();
  return make_outcome(std::move(entries), true);
}

// Of the key that was presented for an act, if one was, with its user and that one's roles.
Call load_asker_call(const ActOrigin& origin) {
  DirectoryPart part;
  if (origin.credential) part.digests.push_back(origin.credential->secret_digest);
  return load_directory_call(part);
}

std::int64_t as_number(std::uint64_t seq) { return static_cast<std::int64_t>(seq); }

}  // namespace

SettleBatch::SettleBatch(Session& session, StoreClock& clock,
                         std::vector<ledger::Command*> commands)
    : session_(session),
      clock_(clock),
      commands_(std::move(commands)),
      results_(commands_.size(), Result<Outcome>(no_such_organization())),
      attempted_(commands_.size()) {
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    organizations_[commands_[i]->organization].commands.push_back(i);
  }
}

void SettleBatch::add_due(std::vector<OrganizationId> organizations) {
  for (const OrganizationId& id : organizations) organizations_[id].is_swept = true;
}

Checked<std::vector<Result<Outcome>>> SettleBatch::attempt() {
  if (auto done = lock_and_read(); !done) return std::move(done).error();
  if (auto refusal = find_refusal_of_act()) {
    session_.abandon_transaction();
    return std::vector<Result<Outcome>>{*std::move(refusal)};
  }
  for (auto& [id, organization] : organizations_) decide(organization);
  for (;;) {
    auto has_read = read_missing();
    if (!has_read) return std::move(has_read).error();
    if (!*has_read) break;
  }
  if (auto done = write_and_commit(); !done) return std::move(done).error();
  for (std::size_t i = 0; i < results_.size(); ++i) {
    Result<Outcome>& result = results_[i];
    // What an attempt of ours has booked is no repetition.
    if (result && attempted_[i] && result->entry.hash == *attempted_[i]) {
      result->is_replayed = false;
    }
  }
  return std::move(results_);
}

Checked<Done> SettleBatch::lock_and_read() {
  std::vector<std::pair<OrganizationId, Id128>> targets;
  for (const ledger::Command* command : commands_) {
    if (const Id128* target = find_target(command->action)) {
      targets.emplace_back(command->organization, *target);
    }
  }
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
  auto answers = session_.run(calls);
  if (!answers) return std::move(answers).error();

  for (auto& [id, organization] : organizations_) {
    organization.exists = false;
    organization.outcomes.clear();
    organization.records.clear();
  }
  if (act_origin_ != nullptr) directory_ = make_directory((*answers)[locks - 1]);
  take_states((*answers)[locks]);
  at_ = clock_.observe((*answers)[locks + 2].instant(0, 0));
  if (!targets.empty()) take_records((*answers)[locks + 3]);
  return take_outcomes((*answers)[locks + 1]);
}

std::optional<Error> SettleBatch::find_refusal_of_act() const {
  if (act_origin_ == nullptr) return {};
  const ledger::Command& command = *commands_[0];
  const auto& outcomes = organizations_.at(command.organization).outcomes;
  const auto known = outcomes.find(command.origin.idempotency_key);
  const bool is_ours =
      attempted_[0] && known != outcomes.end() && known->second.front().hash == *attempted_[0];
  if (is_ours) return {};
  return find_refusal_of_asker(*directory_, command.origin.api_key.value_or(ApiKeyId()),
                               *act_origin_, at_);
}

void SettleBatch::take_states(const Rows& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Organization& organization = organizations_.at({rows.id(row, 0)});
    auto state = ledger::decode_state(rows.bytes(row, 1));
    CHECK(state);
    organization.loaded = *std::move(state);
    organization.exists = true;
    organization.is_disabled = rows.number(row, 2) != 0;
  }
}

Checked<Done> SettleBatch::take_outcomes(const Rows& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OrganizationId id{rows.id(row, 0)};
    std::vector<ledger::Entry> entries;
    entries.push_back(decode(rows.bytes(row, 1)));
    while (entries.back().is_continued) {
      Parameters next;
      next.add(id.value).add(as_number(entries.back().seq + 1)).add(kEntriesAtATime);
      const auto answers = session_.run({Call{kReadEntries, std::move(next)}});
      if (!answers) return answers.error();
      const Rows& rest = answers->front();
      CHECK(!rest.is_empty());
      for (std::size_t i = 0; i < rest.size() && entries.back().is_continued; ++i) {
        entries.push_back(decode(rest.bytes(i, 0)));
      }
    }
    const std::string key = entries.front().origin.idempotency_key;
    organizations_.at(id).outcomes[key] = std::move(entries);
  }
  return Done{};
}

Call SettleBatch::read_records_call(
    const std::vector<std::pair<OrganizationId, Id128>>& wanted) const {
  Parameters parameters;
  parameters.add_ids(wanted, [](const auto& each) { return each.first.value; })
      .add_ids(wanted, [](const auto& each) { return each.second; })
      .add_numbers(wanted, [](const auto& each) { return as_number(ledger::seq_of(each.second)); });
  return {kReadRecords, std::move(parameters)};
}

void SettleBatch::take_records(const Rows& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Id128 id = rows.id(row, 1);
    KnownRecord record;
    if (!rows.is_null(row, 2)) {
      record = ledger::decode_record(rows.bytes(row, 2));
      CHECK(record);
    } else if (!rows.is_null(row, 3)) {
      // An id from outside may lead to an entry that is about something else.
      const ledger::Entry maker = decode(rows.bytes(row, 3));
      if (maker.subject == id) record = ledger::make_record(maker);
    }
    organizations_.at({rows.id(row, 0)}).records[id] = std::move(record);
  }
}

Checked<bool> SettleBatch::read_missing() {
  std::vector<std::pair<OrganizationId, Id128>> wanted;
  for (const auto& [id, organization] : organizations_) {
    for (const Id128& missing : organization.missing) wanted.emplace_back(id, missing);
  }
  if (wanted.empty()) return false;
  const auto answers = session_.run({read_records_call(wanted)});
  if (!answers) return answers.error();
  take_records(answers->front());
  for (auto& [id, organization] : organizations_) {
    if (!organization.missing.empty()) decide(organization);
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
  organization.state = organization.loaded;
  organization.booked.clear();
  organization.fresh.clear();
  organization.current.clear();
  organization.changed.clear();
  organization.missing.clear();
  for (const std::size_t place : organization.commands) {
    results_[place] = settle(organization, *commands_[place]);
  }
  if (!organization.is_swept) return;
  ledger::book_due(organization.state, std::max(at_, organization.state.last_at), booked_);
  keep_booked(organization);
}

Result<Outcome> SettleBatch::settle(Organization& organization, const ledger::Command& asked) {
  const std::string& key = asked.origin.idempotency_key;
  const auto& fingerprint = asked.origin.fingerprint;
  if (const auto known = organization.outcomes.find(key); known != organization.outcomes.end()) {
    return replay(known->second, fingerprint);
  }
  if (const auto fresh = organization.fresh.find(key); fresh != organization.fresh.end()) {
    return replay(read_fresh(organization, fresh->second), fingerprint);
  }
  const Standing standing = organization.is_disabled ? Standing::disabled : Standing::enabled;
  if (auto refusal = find_refusal_of_new(asked, standing)) return *std::move(refusal);
  ledger::Command command = asked;
  command.at = std::max(at_, organization.state.last_at);
  ledger::book_due(organization.state, command.at, booked_);
  keep_booked(organization);
  const auto records = collect_records(organization, command);
  if (!records) return make_error(ErrorCode::unavailable);
  const auto decided = ledger::decide(organization.state, std::move(command), *records, booked_);
  if (!decided) return decided.error();

  organization.fresh.emplace(key, organization.booked.size());
  return make_outcome(keep_booked(organization), false);
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
  return records;
}

SettleBatch::KnownRecord* SettleBatch::find_record(Organization& organization, const Id128& id) {
  if (const auto found = organization.current.find(id); found != organization.current.end()) {
    return &found->second;
  }
  // Made here: later entries about it would have brought it into `current`.
  const std::uint64_t seq = ledger::seq_of(id);
  const std::uint64_t first = organization.loaded.last_seq + 1;
  if (seq >= first && seq - first < organization.booked.size()) {
    const ledger::Entry maker = decode(organization.booked[seq - first].stored);
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
        CHECK(*record);
        ledger::apply(**record, entry);
        organization.changed.insert(*changed);
      }
    }
    organization.booked.push_back({.seq = entry.seq,
                                   .kind = entry.kind,
                                   .idempotency_key = entry.origin.idempotency_key,
                                   .stored = std::string(booked_.stored(i))});
  }
  std::vector<ledger::Entry> entries(std::move_iterator(booked_.entries().begin()),
                                     std::move_iterator(booked_.entries().end()));
  booked_.clear();
  return entries;
}

std::vector<ledger::Entry> SettleBatch::read_fresh(const Organization& organization,
                                                   std::size_t place) const {
  std::vector<ledger::Entry> entries;
  do {
    entries.push_back(decode(organization.booked[place++].stored));
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
  if (committed && !has_warned) return Done{};
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
  return add_audit_record_calls(written->back(), at_, command.origin.api_key.value_or(ApiKeyId()),
                                *act_origin_, describe_act(*results_[0], limit));
}

void SettleBatch::remember_attempt(const std::vector<Result<Outcome>>& results) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i] && !results[i]->is_replayed) attempted_[i] = results[i]->entry.hash;
  }
}

}  // namespace farthing::store::postgres
