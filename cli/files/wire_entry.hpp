// SPDX-License-Identifier: Apache-2.0
// Makes an entry of the ledger, as the API shows it, ready to be verified: the bytes that its hash
// is taken over are made anew from its members (docs/reference/proof.md).
#pragma once

#include <farthing/entry_models.hpp>
#include <string>

#include "base/id.hpp"
#include "base/result.hpp"
#include "verify/entry.hpp"

namespace farthing::cli {

// Returns the entry; the error names the member that is not what the API promises, or that this
// version does not know: the hash may be taken over it.
BasicResult<verify::SealedEntry, std::string> to_sealed(OrganizationId organization,
                                                        const sdk::LedgerEntry& entry);

}  // namespace farthing::cli
