// SPDX-License-Identifier: Apache-2.0
// An entry of the ledger as the API shows it, made ready to be verified: the bytes that it is
// hashed over are made anew from what it says (docs/reference/proof.md).
#pragma once

#include <farthing/entry_models.hpp>
#include <string>

#include "base/id.hpp"
#include "base/result.hpp"
#include "verify/entry.hpp"

namespace farthing::cli {

// The error names the member that is none of the API's.
BasicResult<verify::SealedEntry, std::string> to_sealed(OrganizationId organization,
                                                        const sdk::LedgerEntry& entry);

}  // namespace farthing::cli
