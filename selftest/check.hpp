// SPDX-License-Identifier: Apache-2.0
// What a store says of an organization while nothing moves, held against the model of it. What is
// wrong, one sentence each. Called when every request has been answered.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "selftest/follower.hpp"
#include "server/store/store.hpp"

namespace farthing::selftest {

// The entries behind `last`, or all; nothing when they cannot be read.
std::optional<std::vector<ledger::Entry>> read_entries(store::Store& store,
                                                       OrganizationId organization,
                                                       const std::optional<ledger::Entry>& last);

// Balance and state at the present, the records that `entries` are about and the outcomes that they
// belong to. `now` is what the clock shows.
std::vector<std::string> check_present(store::Store& store, const Follower& follower, Instant now,
                                       std::span<const ledger::Entry> entries);

// The whole chain once more, from its first entry.
std::vector<std::string> check_chain(store::Store& store, const Follower& follower);

}  // namespace farthing::selftest
