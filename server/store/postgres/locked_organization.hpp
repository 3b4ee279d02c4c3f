// SPDX-License-Identifier: Apache-2.0
// One organization of a batch, whose row the transaction has locked: what was read of it, and what
// has become of it since. It is a source of state for settle.hpp. When it is asked for something
// that was not read, it answers an error and notes that as missing. Once that is read, all is
// decided again from the beginning; what was decided before does not count. Nothing is decided for
// a damaged organization.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/limitation.hpp"
#include "server/store/postgres/ledger_writes.hpp"
#include "server/store/postgres/session.hpp"

namespace farthing::store::postgres {

class LockedOrganization {
 public:
  using KnownRecord = std::optional<ledger::Record>;

  // `session` must outlive this; damage is reported to it.
  LockedOrganization(OrganizationId id, Session& session) : id_(id), session_(session) {}

  // Forgets all that was read.
  void clear();
  // These take in what was read. What is damaged counts as unreadable.
  void take_state(Checked<ledger::OrganizationState> state, ledger::Standing standing);
  void take_outcome(std::string_view key, Checked<std::vector<ledger::Entry>> entries);
  void take_record(const Id128& id, Checked<KnownRecord> record);
  void take_spending(const Id128& caller_key, Checked<ledger::SpendingRecord> record);

  bool is_damaged() const { return is_damaged_; }
  // Returns the first entry of the outcome that was read under the key, or null.
  const ledger::Entry* find_first_entry(const std::string& key) const;
  Credits overdraft_limit() const { return read_.overdraft_limit; }

  // Goes back to what was read, to decide by `time`.
  void begin(const LedgerTime& time);
  // Gives up all that was decided.
  void give_up();
  // Return what is missing: records by their ids, and spending by callers' keys.
  const std::set<Id128>& missing_records() const { return missing_records_; }
  const std::set<Id128>& missing_spending() const { return missing_spending_; }
  bool is_missing_something() const {
    return !missing_records_.empty() || !missing_spending_.empty();
  }
  // Appends what was booked.
  void append_to(LedgerWrites& writes) const;

  // The members that SettleSource asks for.
  static constexpr std::string_view kClockOf = "database";
  LedgerTime time() const { return time_; }
  std::optional<ledger::Standing> standing() const { return standing_; }
  ledger::OrganizationState& state() { return state_; }
  Result<std::vector<ledger::Entry>> find_outcome(const std::string& key) const;
  std::optional<Error> find_refusal(Work /*work*/) const { return {}; }
  Result<KnownRecord> find_record(const Id128& id);
  Result<ledger::SpendingRecord> find_spending(ApiKeyId caller_key);
  std::optional<Error> find_damage(const ledger::Command& command,
                                   const ledger::Records& records) const;
  void keep_due(const ledger::Booked& booked);
  void keep_outcome(const ledger::Booked& booked);

 private:
  using KnownSpending = std::optional<ledger::SpendingRecord>;  // nothing: it cannot be read
  // A row to be inserted.
  struct BookedRow {
    std::uint64_t seq = 0;
    ledger::EntryKind kind{};
    std::string idempotency_key;
    std::string stored;
  };

  // Return a record as it is now; null when it must be read first.
  KnownRecord* find_current_record(const Id128& id);
  KnownSpending* find_current_spending(const Id128& caller_key);
  void change_record(const ledger::Entry& entry);
  // Adds what has left the state to the record of the key that it belongs to.
  void change_spending(const ledger::PastSpending& past);
  void note_damage(const DatabaseError& error);

  const OrganizationId id_;
  Session& session_;

  // What was read.
  std::optional<ledger::Standing> standing_;  // nothing: there is no such organization
  bool is_damaged_ = false;
  ledger::OrganizationState read_;
  // By idempotency key; without entries where they cannot be read.
  std::map<std::string, std::vector<ledger::Entry>, std::less<>> outcomes_;
  std::unordered_map<Id128, KnownRecord, Id128Hash> records_;
  std::set<Id128> unreadable_;                                    // of the records
  std::unordered_map<Id128, KnownSpending, Id128Hash> spending_;  // by callers' keys

  // What has become of it.
  LedgerTime time_;
  ledger::OrganizationState state_;
  std::vector<BookedRow> booked_;
  std::map<std::string, std::size_t, std::less<>> fresh_;  // by key, the place in `booked_`
  std::unordered_map<Id128, KnownRecord, Id128Hash> current_records_;
  std::set<Id128> changed_records_;
  std::set<Id128> missing_records_;
  std::unordered_map<Id128, KnownSpending, Id128Hash> current_spending_;
  std::set<Id128> changed_spending_;
  std::set<Id128> missing_spending_;
};

}  // namespace farthing::store::postgres
