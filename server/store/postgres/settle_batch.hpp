// SPDX-License-Identifier: Apache-2.0
// A batch of movements as one transaction: locks the organizations, reads what decisions need,
// decides each command by the rules of the ledger, writes all entries, states and records, commits.
// One object for one batch and for all attempts at it; for one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "server/directory/directory.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

class SettleBatch {
 public:
  // All must outlive this. `commands` are decided in their order; the times in them are set.
  SettleBatch(Session& session, StoreClock& clock, std::vector<ledger::Command*> commands);
  // The batch is one command, and the audit log tells of it.
  void tell_of(const directory::ActOrigin& origin) { act_origin_ = &origin; }
  // Besides, what is due in these is booked.
  void add_due(std::vector<OrganizationId> organizations);

  // One attempt: the results, one for each command. After an error the transaction is left as it
  // is, and another attempt may follow: commands whose COMMIT went astray are recognised by their
  // idempotency keys and entries.
  Checked<std::vector<Result<ledger::Outcome>>> attempt();
  // Whether a COMMIT was sent and its answer never came.
  bool is_in_doubt() const { return is_in_doubt_; }

 private:
  // A row to be inserted.
  struct BookedRow {
    std::uint64_t seq = 0;
    ledger::EntryKind kind{};
    std::string idempotency_key;
    std::string stored;
  };
  using KnownRecord = std::optional<ledger::Record>;
  using KnownSpending = std::optional<ledger::SpendingRecord>;  // nothing: it cannot be read
  // What was loaded of an organization, and what has become of it here.
  struct Organization {
    std::vector<std::size_t> commands;  // their places in the batch
    bool is_swept = false;
    bool exists = false;
    bool is_disabled = false;
    bool is_damaged = false;  // what is stored of it cannot be relied on: nothing is decided
    ledger::OrganizationState loaded;
    // By idempotency key; without entries where they cannot be read.
    std::map<std::string, std::vector<ledger::Entry>, std::less<>> outcomes;
    std::unordered_map<Id128, KnownRecord, Id128Hash> records;
    std::set<Id128> unreadable;  // those of them that cannot be read
    std::unordered_map<Id128, KnownSpending, Id128Hash> spending;  // by callers' keys

    // Made anew at each try to decide.
    ledger::OrganizationState state;
    std::vector<BookedRow> booked;
    std::map<std::string, std::size_t, std::less<>> fresh;  // by key, the place in `booked`
    std::unordered_map<Id128, KnownRecord, Id128Hash> current;
    std::set<Id128> changed;
    std::set<Id128> missing;  // records that must be read before it can be decided
    std::unordered_map<Id128, KnownSpending, Id128Hash> current_spending;
    std::set<Id128> changed_spending;
    std::set<Id128> missing_spending;  // the same as `missing`, by callers' keys

    bool is_missing_something() const { return !missing.empty() || !missing_spending.empty(); }
  };
  using Place = std::pair<OrganizationId, Id128>;

  Checked<Done> lock_and_read();
  void take_states(const Rows& rows);
  Checked<Done> take_outcomes(const Rows& rows);
  Checked<std::vector<ledger::Entry>> read_outcome(OrganizationId organization,
                                                   std::string_view first);
  void take_records(const Rows& rows);
  static Checked<KnownRecord> read_known_record(const Rows& rows, std::size_t row,
                                                OrganizationId organization, const Id128& id);
  void note_damage(Organization& organization, const DatabaseError& error);
  static Call read_records_call(const std::vector<Place>& wanted);
  static Call read_spending_call(const std::vector<Place>& wanted);
  // `wanted` is what was asked for: a key without a row has spent nothing before.
  void take_spending(const std::vector<Place>& wanted, const Rows& rows);
  // Reads what was missing; false when nothing was.
  Checked<bool> read_missing();

  // Why whoever asked for the act may not have it, if so. What an attempt of ours has booked is
  // had.
  std::optional<Error> find_refusal_of_act() const;
  void decide(Organization& organization);
  void give_up(Organization& organization);
  static bool can_be_relied_on(const ledger::Records& records, const Organization& organization,
                               const ledger::Command& command);
  Result<ledger::Outcome> settle(Organization& organization, const ledger::Command& asked);
  std::optional<ledger::Records> collect_records(Organization& organization,
                                                 const ledger::Command& command);
  // Null when it must be read first.
  KnownRecord* find_record(Organization& organization, const Id128& id);
  static KnownSpending* find_spending(Organization& organization, ApiKeyId caller_key);
  // Adds what has just left the state to the record that it belongs to.
  void keep_past(Organization& organization, const ledger::PastSpending& past);
  // Keeps what has just been booked, and gives it away.
  std::vector<ledger::Entry> keep_booked(Organization& organization);
  std::vector<ledger::Entry> read_fresh(const Organization& organization, std::size_t place) const;

  Checked<Done> write_and_commit();
  // Writes the rows of `calls` and gives what remains to be written: the record of the audit log.
  Checked<std::vector<Call>> write_and_note(std::vector<Call> calls);
  void remember_attempt(const std::vector<Result<ledger::Outcome>>& results);

  Session& session_;
  StoreClock& clock_;
  const std::vector<ledger::Command*> commands_;
  // In the order of the ids.
  std::map<OrganizationId, Organization> organizations_;
  LedgerTime time_;
  ledger::Booked booked_;  // by the decision that is being made
  std::vector<Result<ledger::Outcome>> results_;
  const directory::ActOrigin* act_origin_ = nullptr;
  std::unique_ptr<directory::Directory>
      directory_;  // of the part that tells whether the act may be had
  // Of the entries that an attempt whose COMMIT went astray made for each command.
  std::vector<std::optional<Digest>> attempted_;
  bool is_in_doubt_ = false;
};

}  // namespace farthing::store::postgres
