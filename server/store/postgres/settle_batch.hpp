// SPDX-License-Identifier: Apache-2.0
// A batch of movements as one transaction: locks the organizations, reads what decisions need,
// decides each command by the rules of the ledger, writes all entries, states and records, commits.
// One object for one batch and for all attempts at it; for one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "server/directory/directory.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/command.hpp"
#include "server/store/postgres/locked_organization.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

class SettleBatch {
 public:
  // All must outlive this. `commands` are decided in their order.
  SettleBatch(Session& session, StoreClock& clock, std::vector<const ledger::Command*> commands);
  // The batch is one command, and the audit log tells of it.
  void tell_of(const directory::ActOrigin& origin) { act_origin_ = &origin; }
  // What is due in these is booked, too.
  void add_due(std::vector<OrganizationId> organizations);

  // One attempt: the results, one for each command. After an error the transaction is left as it
  // is, and another attempt may follow: commands whose COMMIT went astray are recognised by their
  // idempotency keys and entries.
  Checked<std::vector<Result<ledger::Outcome>>> attempt();
  // Whether a COMMIT was sent and its answer never came.
  bool is_in_doubt() const { return is_in_doubt_; }

 private:
  struct Organization {
    LockedOrganization locked;
    std::vector<std::size_t> commands;  // their places in the batch
    bool is_swept = false;
  };
  using Place = std::pair<OrganizationId, Id128>;

  Checked<Done> lock_and_read();
  void take_states(const Rows& rows);
  Checked<Done> take_outcomes(const Rows& rows);
  void take_records(const Rows& rows);
  static Checked<LockedOrganization::KnownRecord> read_known_record(const Rows& rows,
                                                                    std::size_t row,
                                                                    OrganizationId organization,
                                                                    const Id128& id);
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
  Organization& organization_for(OrganizationId id);

  Checked<Done> write_and_commit();
  // Writes the rows of `calls` and gives what remains to be written: the record of the audit log.
  Checked<std::vector<Call>> write_and_note(std::vector<Call> calls);
  void remember_attempt(const std::vector<Result<ledger::Outcome>>& results);

  Session& session_;
  StoreClock& clock_;
  const std::vector<const ledger::Command*> commands_;
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
