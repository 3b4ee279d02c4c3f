// SPDX-License-Identifier: Apache-2.0
// Collects what a transaction adds to the ledgers (entries, the states after them, and the records
// that they have changed) and writes it with one statement for each kind. Not synchronised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "server/store/postgres/batch_statements.hpp"
#include "server/store/postgres/database_connection.hpp"

namespace farthing::store::postgres {

class LedgerWrites {
 public:
  // Adds an entry. `idempotency_key` and `stored` must live until the calls are made.
  void add_entry(OrganizationId organization, std::uint64_t seq, ledger::EntryKind kind,
                 std::string_view idempotency_key, std::string_view stored);
  // Adds the state after the last entry of its organization, which must have a row already.
  void add_state(const ledger::OrganizationState& state);
  void add_record(OrganizationId organization, const Id128& id, const ledger::Record& record);
  void add_spending(OrganizationId organization, const Id128& caller_key,
                    const ledger::SpendingRecord& record);

  // Appends the statements that write all of it; none when there is nothing.
  void append_to(BatchScope scope, std::vector<Call>& calls) const;

 private:
  struct NewEntry {
    OrganizationId organization;
    std::uint64_t seq = 0;
    ledger::EntryKind kind{};
    std::string_view idempotency_key;  // empty: none
    std::string_view stored;
  };
  struct NewState {
    OrganizationId organization;
    std::uint64_t last_seq = 0;
    ledger::Balance balance;
    std::optional<Instant> next_due_at;
    std::string encoded;
  };
  struct NewRecord {
    OrganizationId organization;
    Id128 id;
    std::string encoded;
  };

  std::vector<NewEntry> entries_;
  std::vector<NewState> states_;
  template <class Value>
  static void add_to(std::vector<NewRecord>& records, OrganizationId organization, const Id128& id,
                     const Value& record);
  static Parameters rows_of(BatchScope scope, const std::vector<NewRecord>& records);

  std::vector<NewRecord> records_;
  std::vector<NewRecord> spending_;  // by callers' keys
};

}  // namespace farthing::store::postgres
