// SPDX-License-Identifier: Apache-2.0
// Looks up in the derived part what an idempotency key led to. The thread that brings a command in
// does this before the command joins the queue, so that the committer does not wait for a disk.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/embedded/memory/key_filter.hpp"
#include "server/store/embedded/tables/database.hpp"

namespace farthing::store::embedded {

struct OutcomeLookup {
  std::uint64_t position = 0;          // the derived part had at least this batch in it
  std::vector<ledger::Entry> entries;  // empty: the key was not in it
};

// Looks up the key. `position` is the deriver's, read before the call; `filter` has the keys of the
// derived part. Safe to call from any thread.
Result<OutcomeLookup> look_up_outcome(const Database& database, const KeyFilter& filter,
                                      std::uint64_t position, OrganizationId organization,
                                      std::string_view key);

}  // namespace farthing::store::embedded
