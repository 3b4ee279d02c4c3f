// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/settle_batch.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "server/directory/act_description.hpp"
#include "server/directory/refusals.hpp"
#include "server/directory/rights.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/store/postgres/audit_log.hpp"
#include "server/store/postgres/directory_reads.hpp"
#include "server/store/postgres/entry_reads.hpp"
#include "server/store/postgres/ledger_writes.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/stored_values.hpp"
#include "server/store/settle.hpp"

namespace farthing::store::postgres {
namespace {

// Returns the id of what the command is about, or null.
const Id128* find_target(const ledger::Action& action) {
  if (const auto* grant = std::get_if<ledger::VoidGrant>(&action)) return &grant->grant;
  if (const auto* refund = std::get_if<ledger::RefundCharge>(&action)) return &refund->charge;
  return ledger::find_hold_of(action);
}

// Returns the call that loads the key that was presented for an act, if one was, with its user and
// the user's roles.
Call load_asker_call(const directory::ActOrigin& origin) {
  DirectoryPart part;
  if (origin.credential) part.digests.push_back(origin.credential->secret_digest);
  return load_directory_call(part);
}

}  // namespace

SettleBatch::SettleBatch(Session& session, StoreClock& clock, BatchScope scope,
                         std::vector<const ledger::Command*> commands)
    : session_(session),
      clock_(clock),
      scope_(scope),
      statements_(statements_for(scope)),
      commands_(std::move(commands)),
      results_(commands_.size(), Result<ledger::Outcome>(directory::no_such_organization())),
      attempted_(commands_.size()) {
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    organization_for(commands_[i]->organization).commands.push_back(i);
  }
}

void SettleBatch::add_due(std::vector<OrganizationId> organizations) {
  for (const OrganizationId& id : organizations) organization_for(id).is_swept = true;
}

SettleBatch::Organization& SettleBatch::organization_for(OrganizationId id) {
  const auto found = organizations_.find(id);
  if (found != organizations_.end()) return found->second;
  return organizations_.emplace(id, Organization{.locked = {id, session_}}).first->second;
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
    // What an earlier attempt of ours has booked is no replay.
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
  std::vector<Call> calls;
  calls.push_back({kBegin});
  if (act_origin_ != nullptr) {
    calls.push_back({kHoldDirectory});
    calls.push_back(load_asker_call(*act_origin_));
  }
  const std::size_t locks = calls.size();
  calls.push_back({statements_.lock_states, all_organizations()});
  // From here on each statement sees what the transactions before us have committed.
  calls.push_back({kClock});
  if (!targets.empty()) calls.push_back(read_records_call(targets));
  if (!capped.empty()) calls.push_back(read_spending_call(capped));
  if (!commands_.empty()) calls.push_back(read_outcomes_call());
  auto answers = session_.run(calls);
  if (!answers) return std::move(answers).error();

  for (auto& [id, organization] : organizations_) organization.locked.clear();
  if (act_origin_ != nullptr) {
    if ((*answers)[locks - 2].is_empty())
      return concerning_all(damaged("directory_change has no row"));
    auto directory = make_directory((*answers)[locks - 1]);
    if (!directory) return std::move(directory).error();
    directory_ = *std::move(directory);
  }
  take_states((*answers)[locks]);
  time_ = clock_.observe((*answers)[locks + 1].instant(0, 0));
  std::size_t next = locks + 2;
  if (!targets.empty()) take_records((*answers)[next++]);
  if (!capped.empty()) take_spending(capped, (*answers)[next++]);
  if (commands_.empty()) return Done{};
  return take_outcomes((*answers)[next]);
}

std::optional<Error> SettleBatch::find_refusal_of_act() const {
  if (act_origin_ == nullptr) return {};
  const ledger::Command& command = *commands_[0];
  const ledger::Entry* known = organizations_.at(command.organization)
                                   .locked.find_first_entry(command.origin.idempotency_key);
  if (attempted_[0] && known != nullptr && known->hash == *attempted_[0]) return {};
  return directory::find_refusal_of_asker(*directory_, command.origin.api_key.value_or(ApiKeyId()),
                                          *act_origin_, time_.at);
}

void SettleBatch::take_states(const Rows& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OrganizationId id{rows.id(row, 0)};
    const bool is_disabled = rows.number(row, 2) != 0;
    organizations_.at(id).locked.take_state(
        read_state(rows, row, 1, id),
        is_disabled ? ledger::Standing::disabled : ledger::Standing::enabled);
  }
}

Checked<Done> SettleBatch::take_outcomes(const Rows& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OrganizationId id{rows.id(row, 0)};
    auto entries = read_outcome(session_, id, rows.bytes(row, 1));
    if (!entries && entries.error().failure != Failure::damaged) {
      return std::move(entries).error();
    }
    organizations_.at(id).locked.take_outcome(rows.bytes(row, 2), std::move(entries));
  }
  return Done{};
}

Parameters SettleBatch::all_organizations() const {
  return begin_parameters(scope_, organizations_, [](const auto& each) { return each.first; });
}

Call SettleBatch::read_outcomes_call() const {
  Parameters parameters = begin_parameters(
      scope_, commands_, [](const ledger::Command* command) { return command->organization; });
  parameters.add_byte_strings(commands_, [](const ledger::Command* command) {
    return std::string_view(command->origin.idempotency_key);
  });
  return {statements_.read_outcomes, std::move(parameters)};
}

Call SettleBatch::read_records_call(const std::vector<Place>& wanted) const {
  Parameters parameters =
      begin_parameters(scope_, wanted, [](const Place& each) { return each.first; });
  parameters.add_ids(wanted, [](const Place& each) { return each.second; })
      .add_numbers(wanted,
                   [](const Place& each) { return as_number(ledger::seq_of(each.second)); });
  return {statements_.read_records, std::move(parameters)};
}

Call SettleBatch::read_spending_call(const std::vector<Place>& wanted) const {
  Parameters parameters =
      begin_parameters(scope_, wanted, [](const Place& each) { return each.first; });
  parameters.add_ids(wanted, [](const Place& each) { return each.second; });
  return {statements_.read_spending, std::move(parameters)};
}

void SettleBatch::take_spending(const std::vector<Place>& wanted, const Rows& rows) {
  for (const auto& [owner, key] : wanted) {
    organizations_.at(owner).locked.take_spending(key, ledger::SpendingRecord());
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OrganizationId owner{rows.id(row, 0)};
    const Id128 key = rows.id(row, 1);
    organizations_.at(owner).locked.take_spending(
        key, read_spending_record(rows.bytes(row, 2), owner, key));
  }
}

void SettleBatch::take_records(const Rows& rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const OrganizationId owner{rows.id(row, 0)};
    const Id128 id = rows.id(row, 1);
    organizations_.at(owner).locked.take_record(id, read_known_record(rows, row, owner, id));
  }
}

Checked<LockedOrganization::KnownRecord> SettleBatch::read_known_record(const Rows& rows,
                                                                        std::size_t row,
                                                                        OrganizationId organization,
                                                                        const Id128& id) {
  if (!rows.is_null(row, 2)) {
    auto record = read_record(rows.bytes(row, 2), organization, id);
    if (!record) return std::move(record).error();
    return LockedOrganization::KnownRecord(*std::move(record));
  }
  if (rows.is_null(row, 3)) return LockedOrganization::KnownRecord();
  const auto maker = read_entry(rows.bytes(row, 3), organization);
  if (!maker) return maker.error();
  return record_made_by(*maker, id);
}

Checked<bool> SettleBatch::read_missing() {
  std::vector<Place> records;
  std::vector<Place> spending;
  for (const auto& [id, organization] : organizations_) {
    const LockedOrganization& locked = organization.locked;
    for (const Id128& missing : locked.missing_records()) records.emplace_back(id, missing);
    for (const Id128& key : locked.missing_spending()) spending.emplace_back(id, key);
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
    if (organization.locked.is_missing_something()) decide(organization);
  }
  return true;
}

// Decides all commands on one organization, from its state as it was read. When something turns out
// to be missing, what was decided does not count. Nothing is written for a damaged organization.
void SettleBatch::decide(Organization& organization) {
  LockedOrganization& locked = organization.locked;
  locked.begin(time_);
  if (!locked.is_damaged()) {
    for (const std::size_t place : organization.commands) {
      results_[place] = store::settle(locked, ledger::Command(*commands_[place]), booked_);
    }
    if (organization.is_swept && locked.standing()) settle_due(locked, booked_);
  }
  if (!locked.is_damaged()) return;
  locked.give_up();
  for (const std::size_t place : organization.commands) results_[place] = unreadable();
}

Checked<Done> SettleBatch::write_and_commit() {
  LedgerWrites writes;
  for (const auto& [id, organization] : organizations_) organization.locked.append_to(writes);
  std::vector<Call> calls;
  writes.append_to(scope_, calls);
  if (is_in_doubt_) calls.push_back({statements_.touch_organizations, all_organizations()});
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
  // The COMMIT may have happened, so an entry of ours may be found under its idempotency key from
  // here on. After a conflict or a refusal nothing has happened. Only when Citus has lost a worker
  // that may have committed, it warns and then fails as well.
  const bool is_settled = !has_warned && !committed && committed.error().failure != Failure::lost;
  if (!is_settled) {
    is_in_doubt_ = true;
    remember_attempt(results_);
  }
  if (!has_warned) return std::move(committed).error();
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
  const Credits limit = organizations_.at(command.organization).locked.overdraft_limit();
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
