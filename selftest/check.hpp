// SPDX-License-Identifier: Apache-2.0
// Compares what a store says of an organization with the model of it, while nothing moves. The
// checks return what is wrong, one sentence each. They are called when every request has been
// answered.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "selftest/follower.hpp"
#include "server/store/store.hpp"

namespace farthing::selftest {

// Returns the entries behind `last`, or all; nothing when they cannot be read.
std::optional<std::vector<ledger::Entry>> read_entries(store::Store& store,
                                                       OrganizationId organization,
                                                       const std::optional<ledger::Entry>& last);

// Checks balance and state at the present, the records that `entries` are about and the outcomes
// that they belong to. `now` is the time that the clock shows.
std::vector<std::string> check_present(store::Store& store, const Follower& follower, Instant now,
                                       std::span<const ledger::Entry> entries);

// Checks the whole chain once more, from its first entry.
std::vector<std::string> check_chain(store::Store& store, const Follower& follower);

}  // namespace farthing::selftest
