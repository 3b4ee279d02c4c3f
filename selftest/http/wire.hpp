// SPDX-License-Identifier: Apache-2.0
// Turns entries and refusals from the API's form into the ledger's.
#pragma once

#include <optional>

#include <farthing/entry_models.hpp>
#include <farthing/failure.hpp>
#include "base/error.hpp"
#include "base/id.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::selftest {

// Returns nothing when a member is not what the API promises.
std::optional<ledger::Entry> to_entry(OrganizationId organization, const sdk::LedgerEntry& wire);
// Returns nothing when it is not an error that the API has.
std::optional<Error> to_error(const sdk::Failure& failure);

}  // namespace farthing::selftest
