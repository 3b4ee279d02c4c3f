// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/ledger_writes.hpp"

#include <utility>

namespace farthing::store::postgres {

void LedgerWrites::add_entry(OrganizationId organization, std::uint64_t seq, ledger::EntryKind kind,
                             std::string_view idempotency_key, std::string_view stored) {
  entries_.push_back({.organization = organization,
                      .seq = seq,
                      .kind = kind,
                      .idempotency_key = idempotency_key,
                      .stored = stored});
}

void LedgerWrites::add_state(const ledger::OrganizationState& state) {
  NewState& added = states_.emplace_back();
  added.organization = state.organization;
  added.last_seq = state.last_seq;
  added.balance = state.balance;
  added.next_due_at = state.next_due_at;
  ledger::append_encoded(state, added.encoded);
}

template <class Value>
void LedgerWrites::add_to(std::vector<NewRecord>& records, OrganizationId organization,
                          const Id128& id, const Value& record) {
  NewRecord& added = records.emplace_back();
  added.organization = organization;
  added.id = id;
  ledger::append_encoded(record, added.encoded);
}

void LedgerWrites::add_record(OrganizationId organization, const Id128& id,
                              const ledger::Record& record) {
  add_to(records_, organization, id, record);
}

void LedgerWrites::add_spending(OrganizationId organization, const Id128& caller_key,
                                const ledger::SpendingRecord& record) {
  add_to(spending_, organization, caller_key, record);
}

Parameters LedgerWrites::rows_of(BatchScope scope, const std::vector<NewRecord>& records) {
  Parameters rows =
      begin_parameters(scope, records, [](const NewRecord& each) { return each.organization; });
  rows.add_ids(records, [](const NewRecord& each) { return each.id; })
      .add_byte_strings(records,
                        [](const NewRecord& each) { return std::string_view(each.encoded); });
  return rows;
}

void LedgerWrites::append_to(BatchScope scope, std::vector<Call>& calls) const {
  const BatchStatements& statements = statements_for(scope);
  const auto organization_of = [](const auto& each) { return each.organization; };
  if (!entries_.empty()) {
    Parameters rows = begin_parameters(scope, entries_, organization_of);
    rows.add_numbers(entries_, [](const NewEntry& each) { return as_number(each.seq); })
        .add_small_numbers(
            entries_, [](const NewEntry& each) { return static_cast<std::int16_t>(each.kind); })
        .add_byte_strings(entries_,
                          [](const NewEntry& each) -> std::optional<std::string_view> {
                            if (each.idempotency_key.empty()) return {};
                            return each.idempotency_key;
                          })
        .add_byte_strings(entries_, [](const NewEntry& each) { return each.stored; });
    calls.push_back({statements.insert_entries, std::move(rows)});
  }
  if (!states_.empty()) {
    Parameters rows = begin_parameters(scope, states_, organization_of);
    rows.add_numbers(states_, [](const NewState& each) { return as_number(each.last_seq); })
        .add_numbers(states_, [](const NewState& each) { return each.balance.available.nano(); })
        .add_numbers(states_, [](const NewState& each) { return each.balance.held.nano(); })
        .add_numbers(states_,
                     [](const NewState& each) -> std::optional<std::int64_t> {
                       if (!each.next_due_at) return {};
                       return each.next_due_at->us();
                     })
        .add_byte_strings(states_,
                          [](const NewState& each) { return std::string_view(each.encoded); });
    calls.push_back({statements.update_states, std::move(rows)});
  }
  if (!records_.empty()) calls.push_back({statements.put_records, rows_of(scope, records_)});
  if (!spending_.empty()) calls.push_back({statements.put_spending, rows_of(scope, spending_)});
}

}  // namespace farthing::store::postgres
