// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/database_import.hpp"

#include <array>
#include <chrono>
#include <map>
#include <set>
#include <span>
#include <string_view>

#include "server/ledger/apply.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/store/postgres/audit_log.hpp"
#include "server/store/postgres/directory_change.hpp"
#include "server/store/postgres/ledger_writes.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/schema.hpp"

namespace farthing::store::postgres {
namespace {

constexpr Statement kIsEmpty{.sql =
                                 "SELECT 1 FROM farthing.directory_user UNION ALL"
                                 " SELECT 1 FROM farthing.directory_organization UNION ALL"
                                 " SELECT 1 FROM farthing.ledger_state LIMIT 1"};
constexpr Statement kFindLastEntry{.sql =
                                       "SELECT organization_id, seq FROM farthing.ledger_entry"
                                       " ORDER BY organization_id DESC, seq DESC LIMIT 1"};

constexpr Statement kFindLastAct{.sql = "SELECT number FROM farthing.audit_head WHERE id = 1"};

Error unfit(const std::string& what) {
  return make_error(ErrorCode::server_error, "What is to be copied " + what + ".");
}

// Returns the record of the row; without one, the record that the row's entry has made.
std::optional<ledger::Record> record_in(const Rows& rows, std::size_t row) {
  if (!rows.is_null(row, 2)) return ledger::decode_record(rows.bytes(row, 2));
  if (rows.is_null(row, 3)) return {};
  const auto maker = ledger::decode_entry(rows.bytes(row, 3));
  if (!maker || maker->subject != rows.id(row, 1)) return {};
  return ledger::make_record(*maker);
}

}  // namespace

Result<std::unique_ptr<DatabaseImport>> DatabaseImport::open(const std::string& conninfo) {
  auto turn = DatabaseConnection::connect(conninfo);
  if (!turn) return as_error(std::move(turn).error());
  auto fault = find_schema_fault(**turn, Unfinished::accepted);
  if (!fault) return as_error(std::move(fault).error());
  if (!fault->empty()) return make_error(ErrorCode::unavailable, *std::move(fault));
  if (auto taken = take_turn(**turn); !taken) return as_error(std::move(taken).error());
  auto connection = DatabaseConnection::connect(conninfo);
  if (!connection) return as_error(std::move(connection).error());
  return std::unique_ptr<DatabaseImport>(
      new DatabaseImport(*std::move(turn), *std::move(connection)));
}

Result<std::vector<Rows>> DatabaseImport::run(const std::vector<Call>& calls) const {
  auto answers = connection_->run(calls, kToolTimeout);
  if (answers) return *std::move(answers);
  if (connection_->is_usable() && connection_->is_in_transaction()) {
    (void)connection_->run(std::array{Call{kRollback}}, kToolTimeout);
  }
  return as_error(std::move(answers).error());
}

Result<bool> DatabaseImport::is_empty() const {
  const auto found = run({{kIsEmpty}});
  if (!found) return found.error();
  return found->front().is_empty();
}

Result<std::optional<std::string>> DatabaseImport::read_mark() const {
  auto mark = read_copy_mark(*connection_);
  if (!mark) return as_error(std::move(mark).error());
  return *std::move(mark);
}

Result<Done> DatabaseImport::set_mark(const std::string& mark) {
  if (auto set = set_copy_mark(*connection_, mark); !set) return as_error(std::move(set).error());
  return Done{};
}

Result<Done> DatabaseImport::clear_mark() {
  if (auto done = clear_copy_mark(*connection_); !done) return as_error(std::move(done).error());
  return Done{};
}

Result<Done> DatabaseImport::commit(std::vector<Call> calls) {
  calls.push_back({kCommit});
  (void)connection_->take_warning();
  if (auto committed = run(calls); !committed) return std::move(committed).error();
  if (!connection_->take_warning()) return Done{};
  return make_error(ErrorCode::unavailable,
                    "The database warned at a COMMIT: what it wrote may not be where synchronous "
                    "replication should have it. Run the same command again.");
}

Result<Done> DatabaseImport::put_directory(std::span<const directory::DirectoryRecord> records) {
  std::vector<Call> calls = {{kBegin}, {kLockDirectory}};
  for (const directory::DirectoryRecord& record : records) append_puts(record, calls);
  return commit(std::move(calls));
}

Result<std::optional<EntryPlace>> DatabaseImport::find_last_entry() const {
  const auto found = run({{kFindLastEntry}});
  if (!found) return found.error();
  const Rows& rows = found->front();
  if (rows.is_empty()) return std::optional<EntryPlace>();
  return std::optional(EntryPlace{.organization = {rows.id(0, 0)},
                                  .seq = static_cast<std::uint64_t>(rows.number(0, 1))});
}

Result<std::uint64_t> DatabaseImport::find_last_act() const {
  const auto found = run({{kFindLastAct}});
  if (!found) return found.error();
  return static_cast<std::uint64_t>(found->front().number(0, 0));
}

Result<Done> DatabaseImport::add_acts(std::span<const directory::AuditRecord> acts) {
  std::vector<Call> calls = {{kBegin}};
  for (const directory::AuditRecord& act : acts) append_audit_record(act, calls);
  return commit(std::move(calls));
}

Result<Done> DatabaseImport::add_entries(std::span<const TransferEntry> entries) {
  Work work;
  work.entries.reserve(entries.size());
  for (const TransferEntry& each : entries) {
    auto entry = ledger::decode_entry(each.stored);
    if (!entry) return unfit("has a malformed entry");
    work.first.emplace(entry->organization, work.entries.size());
    work.entries.push_back(*std::move(entry));
  }
  if (auto begun = begin(work); !begun) return begun;
  LedgerWrites writes;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ledger::Entry& entry = work.entries[i];
    if (auto applied = apply(entry, work); !applied) {
      (void)run({{kRollback}});
      return applied;
    }
    writes.add_entry(entry.organization, entry.seq, entry.kind, entry.origin.idempotency_key,
                     entries[i].stored);
  }
  if (auto applied = apply_past_spending(work); !applied) return applied;
  for (const auto& [id, state] : work.states) writes.add_state(state);
  for (const auto& [place, record] : work.records) {
    writes.add_record(place.first, place.second, record);
  }
  for (const auto& [place, record] : work.spending) {
    writes.add_spending(place.first, place.second, record);
  }
  std::vector<Call> calls;
  writes.append_to(BatchScope::many_organizations, calls);
  return commit(std::move(calls));
}

// Begins the transaction, and reads the states and what is known of the things that the entries
// change.
Result<Done> DatabaseImport::begin(Work& work) {
  std::map<OrganizationId, std::set<Id128>> changed;
  for (const ledger::Entry& entry : work.entries) {
    work.states[entry.organization].organization = entry.organization;
    if (const auto id = ledger::record_changed_by(entry)) changed[entry.organization].insert(*id);
  }
  Parameters organizations;
  organizations.add_ids(work.states, [](const auto& each) { return each.first.value; });
  std::vector<Call> calls = {{kBegin}, {kReadStates, std::move(organizations)}};
  // Where tables are distributed, records of many organizations cost a look at all that there are.
  for (const auto& [organization, ids] : changed) {
    Parameters places;
    places.add(organization.value)
        .add_ids(ids, [](const Id128& id) { return id; })
        .add_numbers(ids, [](const Id128& id) { return as_number(ledger::seq_of(id)); });
    calls.push_back({kReadRecordsOfOne, std::move(places)});
  }
  const auto answers = run(calls);
  if (!answers) return answers.error();
  const Rows& states = (*answers)[1];
  for (std::size_t row = 0; row < states.size(); ++row) {
    auto state = ledger::decode_state(states.bytes(row, 1));
    if (!state) return unfit("meets a malformed state");
    work.states[{states.id(row, 0)}] = *std::move(state);
  }
  for (const Rows& records : std::span(*answers).subspan(2)) {
    for (std::size_t row = 0; row < records.size(); ++row) {
      auto record = record_in(records, row);
      if (record) work.records[{{records.id(row, 0)}, records.id(row, 1)}] = *std::move(record);
    }
  }
  return Done{};
}

Result<Done> DatabaseImport::apply_past_spending(Work& work) const {
  if (work.past_spending.empty()) return Done{};
  for (const ledger::PastSpending& past : work.past_spending) {
    work.spending.try_emplace({past.organization, past.caller_key.value});
  }
  Parameters places;
  places.add_ids(work.spending, [](const auto& each) { return each.first.first.value; })
      .add_ids(work.spending, [](const auto& each) { return each.first.second; });
  const auto answers = run({{kReadSpending, std::move(places)}});
  if (!answers) return answers.error();
  const Rows& rows = answers->front();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto record = ledger::decode_spending_record(rows.bytes(row, 2));
    if (!record) {
      (void)run({{kRollback}});
      return unfit("meets a malformed record of a caller's key");
    }
    work.spending[{{rows.id(row, 0)}, rows.id(row, 1)}] = *record;
  }
  for (const ledger::PastSpending& past : work.past_spending) {
    ledger::apply(work.spending.at({past.organization, past.caller_key.value}), past);
  }
  return Done{};
}

// Returns the record of what one of these entries has made.
std::optional<ledger::Record> DatabaseImport::make_here(const Place& place, const Work& work) {
  // The entries of an organization are contiguous.
  const std::size_t first = work.first.at(place.first);
  const std::uint64_t seq = ledger::seq_of(place.second);
  if (seq < work.entries[first].seq) return {};
  const std::size_t index = first + (seq - work.entries[first].seq);
  if (index >= work.entries.size() || work.entries[index].subject != place.second) return {};
  return ledger::make_record(work.entries[index]);
}

Result<Done> DatabaseImport::apply(const ledger::Entry& entry, Work& work) {
  ledger::OrganizationState& state = work.states[entry.organization];
  if (entry.seq != state.last_seq + 1) return unfit("does not follow what is there");
  const auto past = ledger::apply(state, entry);
  work.past_spending.insert(work.past_spending.end(), past.begin(), past.end());
  const auto changed = ledger::record_changed_by(entry);
  if (!changed) return Done{};
  const Place place(entry.organization, *changed);
  auto record = work.records.find(place);
  if (record == work.records.end()) {
    auto made = make_here(place, work);
    if (!made) return unfit("changes something that is not there");
    record = work.records.emplace(place, *std::move(made)).first;
  }
  ledger::apply(record->second, entry);
  return Done{};
}

}  // namespace farthing::store::postgres
