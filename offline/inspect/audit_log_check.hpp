// SPDX-License-Identifier: Apache-2.0
// Checks the audit log of a store against its chain, and replays what it tells.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "server/store/transfer.hpp"
#include "verify/act_replay.hpp"
#include "verify/audit_chain.hpp"

namespace farthing::inspect {

struct AuditLogReport {
  std::optional<verify::ActDeviation> deviation;  // the first record that deviates, if one does
  verify::AuditChain chain;                       // up to the last record
  verify::ActReplay replay;
};

// Fails when the store cannot be read.
Result<AuditLogReport> check_audit_log(const store::TransferSource& source);

}  // namespace farthing::inspect
