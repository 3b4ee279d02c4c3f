// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/ledger_tables.hpp"
#include "cli/commands/ledger_verbs.hpp"
#include "cli/commands/store_options.hpp"
#include "cli/files/online_ledger.hpp"
#include "cli/frame/client_command.hpp"
#include "offline/copy/read_end.hpp"

namespace farthing::cli {
namespace {

struct LedgerVerifyOptions {
  CommonOptions common{};
  app::StoreArguments store{};
  std::optional<std::string> organization{};

  bool is_offline() const { return store.data || store.store || store.store_file; }
};

Report to_report(const verify::Counts& counts) {
  return {.document = counts_document(name_counts(counts))};
}

Result<Report> verify_store(const app::StoreArguments& store) {
  const auto location = find_location(store);
  if (!location) return location.error();
  const auto end = copy::ReadEnd::open(*location);
  if (!end) return Problem{.message = end.error().message};
  const auto report = end->audit();
  if (!report) return Problem{.message = report.error().message};
  if (const auto& deviation = report->deviation) {
    return Problem{.code = ExitCode::deviates,
                   .message = "The " + deviation->part + " deviates: " + deviation->what + "."};
  }
  return to_report(report->counts);
}

Result<Report> verify_online(const LedgerVerifyOptions& options, const ClientSession& session) {
  const auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  const auto counts = verify_organization(session, *organization);
  if (!counts) return counts.error();
  return to_report(*counts);
}

ExitCode run_verify(const LedgerVerifyOptions& options, const Surroundings& surroundings) {
  if (options.is_offline()) {
    return run_local_command(
        options.common.output, [&options] { return verify_store(options.store); }, surroundings);
  }
  return run_client_command(
      {.options = options.common,
       .call = [&](const ClientSession& session) { return verify_online(options, session); }},
      surroundings);
}

}  // namespace

void add_ledger_verify(CommandSet& commands, CLI::App& noun) {
  CLI::App* command = noun.add_subcommand(
      "verify", "Recompute a ledger from its entries and tell where it deviates first");
  const auto options = std::make_shared<LedgerVerifyOptions>();
  add_common_options(*command, options->common);
  refuse_api_key_argument(*command);
  add_store_options(
      *command, options->store,
      "A data directory whose server is stopped: all organizations and the audit log, "
      "offline");
  add_organization_option(*command, options->organization);
  for (const char* offline : {"--data", "--store", "--store-file"}) {
    command->get_option("--organization")->excludes(command->get_option(offline));
  }
  command->footer(
      R"(Chains, lots, holds, charges, debts, balances and idempotency keys are recomputed with code
that the server's rules do not use. Nothing is changed. The exit code is 1 when something deviates;
where, what was expected and what was found is told on standard error. What has to be remembered of
large ledgers is in a temporary file under TMPDIR. Servers on a database may run meanwhile: what is
verified is one moment.

Examples:
  farthing ledger verify --data ./data
  farthing ledger verify --store postgres://farthing@db/farthing
  farthing ledger verify --organization org-01k9...
)");
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_verify(*options, surroundings);
  });
}

}  // namespace farthing::cli
