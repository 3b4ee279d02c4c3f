// SPDX-License-Identifier: Apache-2.0
// Sets back the ledger time of an embedded store (server/store/clock_set_back.hpp). The act becomes
// a record at the end of the journal, with the earlier time as its mark.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "base/instant.hpp"
#include "server/store/clock_set_back.hpp"

namespace farthing::store::embedded {

// Looks whether ledger time is ahead of `clock`, the present, and sets it back if `mode` says so.
// Fails when a server uses the directory, or when there is no store. Blocks; what was done is
// durable when it returns.
Result<ClockSetBack> set_clock_back(const std::filesystem::path& directory, Instant clock,
                                    SetBackMode mode);

}  // namespace farthing::store::embedded
