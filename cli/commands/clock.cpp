// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/commands/store_options.hpp"
#include "server/app/secret_file.hpp"
#include "server/app/store_tasks.hpp"

namespace farthing::cli {
namespace {

struct ClockOptions {
  CommonOptions common{};
};

Result<Report> to_report(const sdk::Result<sdk::ClockStatus>& status) {
  if (!status) return to_problem(status.error());
  return Report{.document = document_of(*status)};
}

Result<Report> show_clock(const ClockOptions& /*options*/, const ClientSession& session) {
  return to_report(session.client.get_clock(session.call_options));
}

Result<Report> confirm_clock(const ClockOptions& /*options*/, const ClientSession& session) {
  return to_report(session.client.confirm_clock(session.call_options));
}

void add_clock_show(CommandSet& commands, CLI::App& noun) {
  CLI::App& command = add_operator_command(commands, noun, "show", "What time it is in the ledger",
                                           std::make_shared<ClockOptions>(), show_clock);
  command.footer(
      R"(Plain output, each as NAME<TAB>VALUE: clock (the server's, or its database's), ledger_time,
ahead_ms (ledger time ahead of the clock, which then stands still) and doubt: none, or start or leap
when the clock is not believed and no credits are moved.

Example:
  farthing clock show
)");
}

void add_confirm(CommandSet& commands, CLI::App& noun) {
  CLI::App& command = add_operator_command(commands, noun, "confirm",
                                           "Say that a clock in doubt shows the right time",
                                           std::make_shared<ClockOptions>(), confirm_clock);
  command.footer(
      R"(Look first: what has fallen due by that time is booked at once, and cannot be taken back. If
the clock is wrong, set it right instead: that ends the doubt, too. On a database it counts for every
server. Plain output as of show.

Example:
  farthing clock show && farthing clock confirm
)");
}

struct SetBackOptions {
  app::StoreArguments store{};
  bool is_agreed = false;  // otherwise it is only shown what would be done
};

std::string to_text(const store::ClockSetBack& set_back) {
  std::string text = fmt::format("ledger_time\t{}\nclock\t{}\n", set_back.ledger_time.to_string(),
                                 set_back.clock.to_string());
  for (const auto& each : set_back.ahead) {
    text += fmt::format("organization\t{}\t{}\n", each.organization.to_string(),
                        each.last_at.to_string());
  }
  return text;
}

Result<Report> set_back(const SetBackOptions& options) {
  app::keep_new_files_private();
  const auto location = find_location(options.store);
  if (!location) return location.error();
  const auto mode = options.is_agreed ? store::SetBackMode::act : store::SetBackMode::look;
  const auto done = app::set_clock_back(*location, mode);
  if (!done) return Problem{.message = done.error()};
  std::string remark = "ledger time was set back to the clock";
  if (!options.is_agreed) remark = "nothing was done; --yes sets ledger time back to the clock";
  if (!done->is_needed()) remark = "ledger time is not ahead of the clock, and stays";
  return Report{.text = to_text(*done), .remarks = {std::move(remark)}};
}

void add_set_back(CommandSet& commands, CLI::App& noun) {
  CLI::App* command = noun.add_subcommand(
      "set-back", "Set ledger time back to the clock, with the store itself in hand");
  const auto arguments = std::make_shared<SetBackOptions>();
  add_store_options(*command, arguments->store, "The data directory of a server that is stopped");
  command->add_flag("--yes", arguments->is_agreed, "Do it; otherwise it is only shown");
  command->footer(
      R"(For a store whose ledger time a wrong clock has driven ahead. Stop every server first, and set
the clock right. What was booked stays as it is; an organization whose last entry is later than the
clock keeps its own time until then. The audit log tells of it.
Plain output: ledger_time and clock as NAME<TAB>VALUE, then for every such organization "organization",
its id and the instant of its last entry.

Examples:
  farthing clock set-back --data ./data
  farthing clock set-back --data ./data --yes
)");
  commands.on(*command, [arguments](const Surroundings& surroundings) {
    return run_local_command(
        {}, [&] { return set_back(*arguments); }, surroundings);
  });
}

}  // namespace

void add_clock(CommandSet& commands) {
  CLI::App& noun =
      add_noun(commands, "clock", "What time it is in the ledger, and a clock in doubt (operator)");
  add_clock_show(commands, noun);
  add_confirm(commands, noun);
  add_set_back(commands, noun);
}

}  // namespace farthing::cli
