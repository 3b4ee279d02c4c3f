// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/entries_tables.hpp"
#include "cli/commands/entries_verbs.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/online_ledger.hpp"

namespace farthing::cli {
namespace {

struct EntriesVerifyOptions {
  CommonOptions common{};
  std::optional<std::string> organization{};
};

Result<Report> verify_entries(const EntriesVerifyOptions& options, const ClientSession& session) {
  const auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  const auto counts = verify_organization(session, *organization);
  if (!counts) return counts.error();
  return Report{.document = counts_document(name_counts(*counts))};
}

}  // namespace

void add_entries_verify(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<EntriesVerifyOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "verify",
      "Recompute the ledger of an organization, and tell where it deviates first", options,
      verify_entries);
  add_organization_option(command, options->organization);
  command.footer(
      R"(Chain, lots, holds, charges, debts, balances and idempotency keys are recomputed from the entries
that the server shows, with code that its rules do not use. The exit code is 1 when something
deviates; where, what was expected and what was found is told on standard error. `farthing store
verify` does it for a whole store, without a server.

Example:
  farthing entries verify --organization org-01k9...
)");
}

}  // namespace farthing::cli
