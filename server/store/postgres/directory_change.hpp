// SPDX-License-Identifier: Apache-2.0
// One change of the directory as one transaction: takes the turn, loads what the rules look at,
// decides, writes.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "server/store/directory_command.hpp"
#include "server/store/directory_record.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"

namespace farthing::store::postgres {

// Appends the statements that store a record in place of what it was before. What it refers to is
// there already.
void append_puts(const DirectoryRecord& record, std::vector<Call>& calls);

class DirectoryChange {
 public:
  // All must outlive this.
  DirectoryChange(Session& session, StoreClock& clock, const DirectoryCommand& command)
      : session_(session), clock_(clock), command_(command) {}

  // One attempt. After an error the transaction is left as it is, and another attempt may follow:
  // one whose COMMIT went astray is recognised by its idempotency key.
  Checked<Result<DirectoryOutcome>> attempt();
  // Whether a COMMIT was sent and its answer never came.
  bool is_in_doubt() const { return is_in_doubt_; }

 private:
  Session& session_;
  StoreClock& clock_;
  const DirectoryCommand& command_;
  bool is_in_doubt_ = false;
};

}  // namespace farthing::store::postgres
