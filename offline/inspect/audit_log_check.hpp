// SPDX-License-Identifier: Apache-2.0
// Checks the audit log of a store against its chain.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "server/store/transfer.hpp"
#include "verify/audit_chain.hpp"

namespace farthing::inspect {

// Returns the first record that deviates, if any does. Fails when the store cannot be read.
Result<std::optional<verify::ActDeviation>> check_audit_log(const store::TransferSource& source);

}  // namespace farthing::inspect
