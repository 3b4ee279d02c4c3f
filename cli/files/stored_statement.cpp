// SPDX-License-Identifier: Apache-2.0
#include "cli/files/stored_statement.hpp"

#include <cstdint>
#include <string>

#include "base/digest.hpp"
#include "cli/files/online_ledger.hpp"
#include "offline/inspect/stored_hash.hpp"

namespace farthing::cli {

Result<Done> find_in_store(const sdk::Statement& statement, const copy::ReadEnd& store) {
  const auto organization = OrganizationId::parse(statement.organization).value();
  for (const sdk::StatementEnd* end : {&statement.closing, &statement.opening}) {
    if (end->seq == 0) continue;
    const auto seq = static_cast<std::uint64_t>(end->seq);
    const auto hash = inspect::find_stored_hash(store.source(), organization, seq);
    if (!hash) return Problem{.message = hash.error().message};
    const std::string found =
        *hash ? to_hex(as_bytes(**hash)) : "no such entry; the ledger has lost its end";
    if (found == end->hash) continue;
    return deviation_problem(
        {.organization = organization,
         .seq = seq,
         .finding = {.what = "the hash in the store", .expected = end->hash, .found = found}});
  }
  return Done{};
}

}  // namespace farthing::cli
