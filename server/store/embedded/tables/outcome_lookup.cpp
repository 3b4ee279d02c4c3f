// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/tables/outcome_lookup.hpp"

#include <utility>

#include "server/store/embedded/tables/derived_keys.hpp"

namespace farthing::store::embedded {

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
    // The entries were written with their index.
    if (!*encoded)
      return database.damaged("an entry of " + organization.to_string() + " is missing");
    auto entry = database.decode_entry(**encoded);
    if (!entry) return std::move(entry).error();
    lookup.entries.push_back(*std::move(entry));
  } while (lookup.entries.back().is_continued);
  return lookup;
}

}  // namespace farthing::store::embedded
