// SPDX-License-Identifier: Apache-2.0
// Verifies the ledger of one organization as the API shows it, page by page.
#pragma once

#include <string>

#include "cli/frame/client_command.hpp"
#include "cli/frame/problem.hpp"
#include "verify/counts.hpp"
#include "verify/finding.hpp"

namespace farthing::cli {

// Returns what was verified. A deviation is a problem too.
Result<verify::Counts> verify_organization(const ClientSession& session,
                                           const std::string& organization);

Problem deviation_problem(const verify::Deviation& deviation);

}  // namespace farthing::cli
