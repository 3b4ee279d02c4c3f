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
#include "server/store/postgres/batch_statements.hpp"
#include "server/store/postgres/locked_organization.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

class SettleBatch {
 public:
  // All must outlive this. `commands` are decided in their order. They and what is due must be about
  // one organization if the scope is that.
  SettleBatch(Session& session, StoreClock& clock, BatchScope scope,
              std::vector<const ledger::Command*> commands);
  // Makes the audit log tell of the batch, which must be one command.
  void tell_of(const directory::ActOrigin& origin) { act_origin_ = &origin; }
  // Makes the batch book what is due in these, too.
  void add_due(std::vector<OrganizationId> organizations);

  // Makes one attempt and returns a result for each command. After an error the transaction is left
  // as it is, and another attempt may follow: it recognises commands whose COMMIT went astray by
  // their idempotency keys and entries.
  Checked<std::vector<Result<ledger::Outcome>>> attempt();
  // Returns whether a COMMIT was sent and its answer never came.
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
  Call read_outcomes_call() const;
  Call read_records_call(const std::vector<Place>& wanted) const;
  Call read_spending_call(const std::vector<Place>& wanted) const;
  // Returns parameters with all organizations of the batch.
  Parameters all_organizations() const;
  // Takes in the answer. `wanted` is what was asked for: a key without a row has spent nothing
  // before.
  void take_spending(const std::vector<Place>& wanted, const Rows& rows);
  // Reads what was missing; returns false when nothing was.
  Checked<bool> read_missing();

  // Returns why the asker may not have the act done, if so. An act that an attempt of ours has
  // booked is not refused any more.
  std::optional<Error> find_refusal_of_act() const;
  void decide(Organization& organization);
  Organization& organization_for(OrganizationId id);

  Checked<Done> write_and_commit();
  // Writes the rows of `calls` and returns the calls that write the rest: the record of the audit
  // log.
  Checked<std::vector<Call>> write_and_note(std::vector<Call> calls);
  void remember_attempt(const std::vector<Result<ledger::Outcome>>& results);

  Session& session_;
  StoreClock& clock_;
  const BatchScope scope_;
  const BatchStatements& statements_;
  const std::vector<const ledger::Command*> commands_;
  // In the order of the ids.
  std::map<OrganizationId, Organization> organizations_;
  LedgerTime time_;
  ledger::Booked booked_;  // by the decision that is being made
  std::vector<Result<ledger::Outcome>> results_;
  const directory::ActOrigin* act_origin_ = nullptr;
  std::unique_ptr<directory::Directory>
      directory_;  // of the part that tells whether the act may be had
  // The hashes of the entries that an attempt whose COMMIT went astray made, one for each command.
  std::vector<std::optional<Digest>> attempted_;
  bool is_in_doubt_ = false;
};

}  // namespace farthing::store::postgres
