// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/outcome_lookup.hpp"

#include <utility>

#include "base/check.hpp"
#include "server/store/rocksdb/derived_keys.hpp"

namespace farthing::store {

Result<OutcomeLookup> look_up_outcome(const Database& database, const KeyFilter& filter,
                                      std::uint64_t position, OrganizationId organization,
                                      std::string_view key) {
  OutcomeLookup lookup{.position = position, .entries = {}};
  const std::string derived_key = outcome_key(organization, key);
  if (!filter.may_have(derived_key)) return lookup;
  const auto seq = database.find(Family::outcomes, derived_key);
  if (!seq) return seq.error();
  if (!*seq) return lookup;
  std::uint64_t next = decode_seq(**seq);
  do {
    const auto encoded = database.find(Family::entries, entry_key(organization, next++));
    if (!encoded) return encoded.error();
    // The entries were written before their index.
    CHECK(*encoded);
    auto entry = ledger::decode_entry(**encoded);
    CHECK(entry);
    lookup.entries.push_back(*std::move(entry));
  } while (lookup.entries.back().is_continued);
  return lookup;
}

}  // namespace farthing::store
