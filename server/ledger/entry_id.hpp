// SPDX-License-Identifier: Apache-2.0
// The own id of what an entry makes (a grant, a charge, …) leads back to that entry: 48 bits of
// milliseconds since 1970, 16 zero bits, 64 bits of the entry's number in its organization. The
// entry is found with one look-up and no index, the ids sort in the order of their entries, and the
// same history gives the same ids on every store. Stored: never change the layout.
#pragma once

#include <cstdint>

#include "base/id.hpp"
#include "base/instant.hpp"

namespace farthing::ledger {

// `at` and `seq` are those of the entry.
Id128 make_entry_id(Instant at, std::uint64_t seq);

// Returns the number of the entry that made `id`, if any entry did. Ids come from outside, so the
// caller must compare the subject of the entry that it finds.
std::uint64_t seq_of(const Id128& id);
// Returns when that entry was booked, cut off to the millisecond.
Instant instant_of(const Id128& id);

}  // namespace farthing::ledger
