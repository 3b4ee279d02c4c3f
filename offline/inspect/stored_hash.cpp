// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/stored_hash.hpp"

#include <string_view>

#include "verify/entry.hpp"

namespace farthing::inspect {

Result<std::optional<Digest>> find_stored_hash(const store::TransferSource& store,
                                               OrganizationId organization, std::uint64_t seq) {
  std::optional<Digest> hash;
  bool was_visited = false;
  // An error ends the visits: one entry is enough.
  const auto take = [&](const store::EntryPlace& place, std::string_view stored) -> Result<Done> {
    was_visited = true;
    const auto sealed = verify::decode_stored(stored);
    if (place.organization == organization && place.seq == seq && sealed) hash = sealed->hash;
    return make_error(ErrorCode::server_error);
  };
  const auto visited = store.visit_entries({.organization = organization, .seq = seq - 1}, take);
  if (!visited && !was_visited) return visited.error();
  return hash;
}

}  // namespace farthing::inspect
