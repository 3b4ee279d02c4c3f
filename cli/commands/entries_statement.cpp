// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/entries_verbs.hpp"
#include "cli/frame/client_command.hpp"

namespace farthing::cli {
namespace {

constexpr int kStatementPage = 1'000;

struct StatementOptions {
  CommonOptions common{};
  std::optional<std::string> organization{};
  std::optional<std::string> from{};
  std::optional<std::string> to{};
};

Result<Done> write_line(const std::string& text, const Sink& sink) { return sink(text + "\n"); }

// Writes the entries of the statement's period and returns how many there are.
Result<std::int64_t> write_entries(const sdk::Statement& statement, const ClientSession& session,
                                   const Sink& sink) {
  sdk::ListEntries request{.organization = statement.organization,
                           .from = statement.from,
                           .to = statement.to,
                           .page = {.limit = kStatementPage}};
  std::int64_t count = 0;
  do {
    const auto page = session.client.list_entries(request, session.call_options);
    if (!page) return to_problem(page.error());
    for (const sdk::LedgerEntry& entry : page->items) {
      if (auto written = write_line(entry.to_json(), sink); !written) {
        return std::move(written).error();
      }
      ++count;
    }
    request.page.cursor = page->next;
  } while (request.page.cursor);
  return count;
}

Result<Report> write_statement(const StatementOptions& options, const ClientSession& session,
                               const Sink& sink) {
  auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  const auto answer = session.client.get_statement(
      {.organization = *std::move(organization), .from = options.from, .to = options.to},
      session.call_options);
  if (!answer) return to_problem(answer.error());
  const auto statement = sdk::Statement::from_json(answer->statement);
  if (!statement) return to_problem(statement.error());
  if (auto written = write_line(answer->statement, sink); !written) return written.error();
  const std::string signature = fmt::format(R"({{"signature":"{}"}})", answer->signature);
  if (auto written = write_line(signature, sink); !written) return written.error();
  const auto count = write_entries(*statement, session, sink);
  if (!count) return count.error();
  if (*count != statement->closing.seq - statement->opening.seq) {
    return Problem{.code = ExitCode::server_failed,
                   .message = fmt::format("The server signed {} entries and showed {}.",
                                          statement->closing.seq - statement->opening.seq, *count)};
  }
  return Report{.is_written = true};
}

// Writes the key as PEM, which other programs read, or as JSON if that is the format.
Result<Report> write_key(const CommonOptions& options, const ClientSession& session,
                         const Sink& sink) {
  const auto key = session.client.get_statement_key(session.call_options);
  if (!key) return to_problem(key.error());
  const bool is_json = options.output.format == Format::json;
  if (auto written = sink(is_json ? key->to_json() + "\n" : key->public_key); !written) {
    return written.error();
  }
  return Report{.is_written = true};
}

}  // namespace

void add_entries_statement(CommandSet& commands, CLI::App& noun) {
  CLI::App* command = noun.add_subcommand("statement", "Write a signed statement of a ledger");
  const auto options = std::make_shared<StatementOptions>();
  add_common_options(*command, options->common);
  refuse_api_key_argument(*command);
  add_organization_option(*command, options->organization);
  command->add_option("--from", options->from, "The first instant of it; the beginning if not said")
      ->type_name("INSTANT");
  command->add_option("--to", options->to, "The instant before which it ends; now if not said")
      ->type_name("INSTANT");
  command->footer(
      R"(The server signs where the ledger stood at both ends of the period; the entries between them
follow, a line each. Whoever has the server's public key can check all of it without the server.

Examples:
  farthing entries statement --organization org-01k9... --from 2026-10-01T00:00:00Z \
    --to 2026-11-01T00:00:00Z -o october.statement
  farthing entries statement-key -o server.pem
  farthing entries check-statement october.statement --public-key server.pem
)");
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_client_command(
        {.options = options->common,
         .stream = [&](const ClientSession& session,
                       const Sink& sink) { return write_statement(*options, session, sink); }},
        surroundings);
  });
}

void add_entries_statement_key(CommandSet& commands, CLI::App& noun) {
  CLI::App* command = noun.add_subcommand(
      "statement-key", "Get the public key that statements can be checked with, in PEM");
  const auto options = std::make_shared<CommonOptions>();
  add_common_options(*command, *options);
  refuse_api_key_argument(*command);
  command->footer(R"(Get it where you trust the way to the server, and keep it with your statements.

Example:
  farthing entries statement-key -o server.pem
)");
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_client_command(
        {.options = *options,
         .stream = [&](const ClientSession& session,
                       const Sink& sink) { return write_key(*options, session, sink); }},
        surroundings);
  });
}

}  // namespace farthing::cli
