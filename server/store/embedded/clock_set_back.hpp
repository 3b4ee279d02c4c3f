// SPDX-License-Identifier: Apache-2.0
// The same for an embedded store: the act is a record at the end of its journal, and its mark the
// earlier one.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "base/instant.hpp"
#include "server/store/clock_set_back.hpp"

namespace farthing::store::embedded {

// `clock` is the present. Fails when a server uses the directory, or when there is no store.
// Blocks; what was done is durable when it returns.
Result<ClockSetBack> set_clock_back(const std::filesystem::path& directory, Instant clock,
                                    SetBackMode mode);

}  // namespace farthing::store::embedded
