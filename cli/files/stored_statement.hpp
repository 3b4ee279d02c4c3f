// SPDX-License-Identifier: Apache-2.0
// Looks whether a store still has what a statement says of it. A store that has lost its last
// entries is whole in itself, so only something that was kept outside can tell.
#pragma once

#include <farthing/statement_models.hpp>

#include "cli/frame/problem.hpp"
#include "offline/copy/read_end.hpp"

namespace farthing::cli {

// Returns a problem with the code `deviates` when the organization's ledger lacks an entry that the
// statement ends or begins with, or has another one in its place. The statement must have been
// checked.
Result<Done> find_in_store(const sdk::Statement& statement, const copy::ReadEnd& store);

}  // namespace farthing::cli
