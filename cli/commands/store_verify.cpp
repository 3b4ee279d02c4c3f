// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "cli/commands/entries_tables.hpp"
#include "cli/commands/store_options.hpp"
#include "cli/commands/store_verbs.hpp"
#include "cli/frame/client_command.hpp"
#include "offline/copy/read_end.hpp"

namespace farthing::cli {
namespace {

struct StoreVerifyOptions {
  OutputOptions output{};
  app::StoreArguments store{};
};

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
  return Report{.document = counts_document(name_counts(report->counts))};
}

}  // namespace

void add_store_verify(CommandSet& commands, CLI::App& noun) {
  CLI::App* command = noun.add_subcommand(
      "verify", "Recompute all ledgers and the audit log, and tell where the store deviates first");
  const auto options = std::make_shared<StoreVerifyOptions>();
  add_store_options(*command, options->store, "A data directory whose server is stopped");
  add_output_options(*command, options->output);
  command->footer(
      R"(Chains, lots, holds, charges, debts, balances and idempotency keys are recomputed with code
that the server's rules do not use. Nothing is changed. The exit code is 1 when something deviates;
where, what was expected and what was found is told on standard error. What has to be remembered of
large ledgers is in a temporary file under TMPDIR. Servers on a database may run meanwhile: what is
verified is one moment.

Examples:
  farthing store verify --data ./data
  farthing store verify --store postgres://farthing@db/farthing
)");
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_local_command(
        options->output, [&options] { return verify_store(options->store); }, surroundings);
  });
}

}  // namespace farthing::cli
