// SPDX-License-Identifier: Apache-2.0
// Recomputes the audit log of a server from what its API shows, page by page.
#pragma once

#include <cstdint>
#include <string>

#include "cli/frame/client_command.hpp"
#include "cli/frame/problem.hpp"
#include "verify/audit_chain.hpp"

namespace farthing::cli {

// The end of a log: the number of its last record, and its hash in hex; 0 and zeros before the
// first.
struct AuditLogEnd {
  std::uint64_t number = 0;
  std::string hash{};
};

Problem deviation_problem(const verify::ActDeviation& deviation);

Result<AuditLogEnd> verify_audit_log(const ClientSession& session);

}  // namespace farthing::cli
