// SPDX-License-Identifier: Apache-2.0
// Checks a file that `farthing entries statement` wrote (docs/reference/proof.md): the signature,
// and that the entries lead from one of the signed ends to the other. It asks no server.
#pragma once

#include <farthing/statement_models.hpp>
#include <istream>

#include "base/ed25519.hpp"
#include "cli/frame/problem.hpp"

namespace farthing::cli {

// Returns the statement if all is as it should be; a problem with the code `deviates` if not.
Result<sdk::Statement> check_statement(std::istream& file, const VerificationKey& key);

}  // namespace farthing::cli
