// SPDX-License-Identifier: Apache-2.0
// One change of the directory as one transaction: takes the turn, loads what the rules look at,
// decides, writes.
#pragma once

#include <optional>
#include <vector>

#include "base/error.hpp"
#include "server/directory/audit_record.hpp"
#include "server/directory/command.hpp"
#include "server/directory/directory_record.hpp"
#include "server/directory/rules.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"

namespace farthing::store::postgres {

// Appends the statements that store a record in place of its earlier version. What it refers to
// must be there already.
void append_puts(const directory::DirectoryRecord& record, std::vector<Call>& calls);

// Returns the organization whose ledger an action may write to.
std::optional<OrganizationId> find_ledger_of(const directory::DirectoryAction& action);

class DirectoryChange {
 public:
  // All must outlive this.
  DirectoryChange(Session& session, StoreClock& clock, const directory::DirectoryCommand& command)
      : session_(session), clock_(clock), command_(command) {}

  // Makes one attempt. After an error the transaction is left as it is, and another attempt may
  // follow: it recognises one whose COMMIT went astray by what that added to the audit log, or by
  // its idempotency key.
  Checked<Result<directory::DirectoryOutcome>> attempt();
  // Returns whether a COMMIT was sent and its answer never came.
  bool is_in_doubt() const { return is_in_doubt_; }

 private:
  // The result of an attempt before its COMMIT.
  struct Attempted {
    directory::AuditHead record;  // that it added to the audit log
    directory::DirectoryOutcome outcome;
  };

  // Returns whether the answer to read_audit_record_call is the record that was attempted.
  bool is_there(const Rows& rows) const;
  Checked<Done> write(directory::DirectoryDecision& decision, Instant now);
  // Appends the statement that takes the texts of an entry away. Takes the act away when there are
  // none: nothing changes then.
  Checked<Done> append_erasure(const directory::EntryTexts& texts,
                               std::optional<directory::Act>& act, std::vector<Call>& writes);
  // Reads what tells of the person, and appends the statements that erase it.
  Checked<Done> append_erasure(UserId person, std::optional<directory::Act>& act,
                               std::vector<Call>& calls);
  Checked<Done> commit();

  Session& session_;
  StoreClock& clock_;
  const directory::DirectoryCommand& command_;
  std::optional<Attempted> attempted_;
  bool is_in_doubt_ = false;
};

}  // namespace farthing::store::postgres
