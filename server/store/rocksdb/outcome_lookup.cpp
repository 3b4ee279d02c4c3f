// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/outcome_lookup.hpp"

#include <utility>

#include "base/check.hpp"
#include "server/store/rocksdb/derived_keys.hpp"

namespace farthing::store {

Result<OutcomeLookup> look_up_outcome(const Database& database, std::uint64_t position,
                                      OrganizationId organization, std::string_view key) {
  OutcomeLookup lookup{.position = position, .entry = nullptr};
  const auto seq = database.find(Family::outcomes, outcome_key(organization, key));
  if (!seq) return seq.error();
  if (!*seq) return lookup;
  const auto encoded = database.find(Family::entries, entry_key(organization, decode_seq(**seq)));
  if (!encoded) return encoded.error();
  // The entry was written together with its index.
  CHECK(*encoded);
  auto entry = ledger::decode_entry(**encoded);
  CHECK(entry);
  lookup.entry = std::make_unique<ledger::Entry>(*std::move(entry));
  return lookup;
}

}  // namespace farthing::store
