// SPDX-License-Identifier: Apache-2.0
// The record of a caller's key: what it has spent of an organization's credits on the days before
// the one of the last entry. The state has the rest: what was spent on that day, and what is held.
// With the first entry of a later UTC day all that the state says was spent leaves it (apply.hpp),
// key by key, and comes to the records. A record is thus a fold over the entries, in any number of
// steps, and changes with the first entry of a day only. A key without a record has spent nothing
// before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "server/ledger/spending.hpp"

namespace farthing::ledger {

// Spending that leaves the state for a record.
struct PastSpending {
  OrganizationId organization;
  ApiKeyId caller_key;
  std::uint64_t seq = 0;  // of the first entry of the later day
  KeySpending spent;      // with nothing held
};

struct SpendingRecord {
  std::uint64_t last_seq = 0;  // that of what came to it last
  KeySpending spent;           // with nothing held, and nothing on the day: it is over

  friend bool operator==(const SpendingRecord&, const SpendingRecord&) = default;
};

// Applies `past`, which must be of the record's key. What the record already has in it changes
// nothing.
void apply(SpendingRecord& record, const PastSpending& past);

// Stored: docs/reference/formats.md.
void append_encoded(const SpendingRecord& record, std::string& out);
std::optional<SpendingRecord> decode_spending_record(std::string_view bytes);

}  // namespace farthing::ledger
