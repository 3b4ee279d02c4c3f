// SPDX-License-Identifier: Apache-2.0
// Finds what a store has of one entry, without reading the others.
#pragma once

#include <cstdint>
#include <optional>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "server/store/transfer.hpp"

namespace farthing::inspect {

// Returns the hash of the entry; nothing when the store does not have it, or not in a readable form.
Result<std::optional<Digest>> find_stored_hash(const store::TransferSource& store,
                                               OrganizationId organization, std::uint64_t seq);

}  // namespace farthing::inspect
