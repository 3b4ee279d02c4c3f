// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/receipt.hpp"
#include "cli/options/amount_option.hpp"
#include "cli/options/caller_key.hpp"
#include "cli/options/purpose_options.hpp"
#include "cli/options/whole_number.hpp"

namespace farthing::cli {
namespace {

constexpr std::int64_t kLongestTtl = 86'400;

Document captured_document(const sdk::CapturedHold& hold) {
  Document document = document_of(hold);
  document.fields.push_back({"charge", hold.charge.id});
  document.fields.push_back({"charged", hold.charge.amount.to_string()});
  document.tables.push_back(shares_table(hold.charge.grants));
  return document;
}

// Returns what became of a hold, one change a row.
Table changes_table(const sdk::HoldStory& hold) {
  Table table{
      .row_name = "change",
      .columns = {{"change"}, {"at"}, {"amount", Alignment::right}, {"charge"}, {"expires_at"}}};
  for (const auto& extension : hold.extensions) {
    table.rows.push_back({"extend", extension.at, "", "", extension.expires_at});
  }
  for (const auto& capture : hold.captures) {
    table.rows.push_back({"capture", capture.at, capture.amount.to_string(), capture.charge, ""});
  }
  for (const auto& release : hold.releases) {
    table.rows.push_back({"release", release.at, release.amount.to_string(), "", ""});
  }
  return table;
}

Document story_document_holds(const sdk::HoldStory& hold) {
  Document document = document_of(hold);
  if (Table changes = changes_table(hold); !changes.rows.empty()) {
    document.tables.push_back(std::move(changes));
  }
  return document;
}

struct PlaceOptions {
  CommonOptions common{};
  CallerKeyOptions caller_key{};
  std::optional<std::string> organization{};
  sdk::PlaceHold request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> place_hold(const PlaceOptions& options, const ClientSession& session) {
  auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  auto caller_key = read_caller_key(options.caller_key, session.surroundings);
  if (!caller_key) return std::move(caller_key.error());
  sdk::PlaceHold request = options.request;
  request.api_key = *std::move(caller_key);
  request.organization = *std::move(organization);
  return receipt_or_problem(
      session.client.place_hold(request, call_options(session, options.idempotency_key)),
      document_of<sdk::ChangedHold>);
}

struct HoldsShowOptions {
  CommonOptions common{};
  std::string hold{};
};

Result<Report> show_hold(const HoldsShowOptions& options, const ClientSession& session) {
  const auto hold = session.client.get_hold(options.hold, session.call_options);
  if (!hold) return to_problem(hold.error());
  Report report{.document = story_document_holds(*hold)};
  if (hold->has_more) report.remarks.emplace_back("Only the first 1000 changes are told.");
  return report;
}

struct CaptureOptions {
  CommonOptions common{};
  sdk::CaptureHold request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> capture_hold(const CaptureOptions& options, const ClientSession& session) {
  return receipt_or_problem(
      session.client.capture_hold(options.request, call_options(session, options.idempotency_key)),
      captured_document);
}

struct ExtendOptions {
  CommonOptions common{};
  sdk::ExtendHold request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> extend_hold(const ExtendOptions& options, const ClientSession& session) {
  return receipt_or_problem(
      session.client.extend_hold(options.request, call_options(session, options.idempotency_key)),
      document_of<sdk::ChangedHold>);
}

struct ReleaseOptions {
  CommonOptions common{};
  sdk::ReleaseHold request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> release_hold(const ReleaseOptions& options, const ClientSession& session) {
  return receipt_or_problem(
      session.client.release_hold(options.request, call_options(session, options.idempotency_key)),
      document_of<sdk::ChangedHold>);
}

void add_hold_argument(CLI::App& command, std::string& value) {
  command.add_option("HOLD", value, "The hold's id")->required();
}

CLI::Option* add_ttl_option(CLI::App& command, std::function<void(std::chrono::seconds)> take,
                            const std::string& summary) {
  return command
      .add_option_function<std::int64_t>(
          "--ttl",
          [take = std::move(take)](const std::int64_t& count) {
            take(std::chrono::seconds(count));
          },
          summary)
      ->check(whole_number())
      ->check(CLI::Range(std::int64_t{1}, kLongestTtl))
      ->type_name("SECONDS");
}

void add_place(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<PlaceOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "create", "Set credits of an organization aside", options, place_hold);
  sdk::PlaceHold& request = options->request;
  add_organization_option(command, options->organization);
  add_amount_option(command, request.amount, "How many credits, to 9 places");
  add_ttl_option(
      command, [&request](std::chrono::seconds ttl) { request.ttl = ttl; },
      "How long until it is released by itself, at most 86400; else the server's");
  command
      .add_option("--over-capture", request.over_capture,
                  "What a capture of more than is held does: reject, up_to_available or overdraft; "
                  "else the server's")
      ->check(CLI::IsMember({"reject", "up_to_available", "overdraft"}))
      ->type_name("POLICY");
  add_purpose_options(command, request);
  add_idempotency_key_option(command, options->idempotency_key);
  add_caller_key_options(command, options->caller_key);
  command.footer(R"(Too few credits are refused with exit code 5; nothing is held then.
Plain output: each field as NAME<TAB>VALUE, available and held (after it) last.

Examples:
  farthing holds create --organization ORG --amount 5 --ttl 120 --operation video
  farthing holds create --organization ORG --amount 5 --json | jq -r .id
)");
}

void add_holds_show(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<HoldsShowOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "show", "Show one hold and what became of it", options, show_hold);
  add_hold_argument(command, options->hold);
  command.footer(
      R"(Plain output: each field as NAME<TAB>VALUE, then for every grant of which something was set
aside "grant", its id and the amount, then for every extension, capture and release "change", what it
was, its instant, amount, the charge that it made, and until when the hold runs from then on.

Example:
  farthing holds show HOLD
)");
}

void add_capture(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<CaptureOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "capture", "Take what the job cost out of a hold", options, capture_hold);
  add_hold_argument(command, options->request.hold);
  add_optional_amount_option(command, options->request.amount,
                             "How many credits; else all that is left of the hold");
  command.add_flag_callback(
      "--part", [&request = options->request] { request.is_final = false; },
      "More captures follow: keep the rest held");
  add_remarks_options(command, options->request.remarks);
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(
      R"(Every capture is a charge. The rest of the hold is released unless --part keeps it.
Plain output: as of holds create, then charge (its id) and charged (its amount), then for every grant
that paid "grant", its id and the amount.

Examples:
  farthing holds capture HOLD --amount 3.5
  farthing holds capture HOLD --amount 1 --part
)");
}

void add_extend(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<ExtendOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "extend", "Let a hold run longer", options, extend_hold);
  add_hold_argument(command, options->request.hold);
  add_ttl_option(
      command, [&request = options->request](std::chrono::seconds ttl) { request.ttl = ttl; },
      "It runs at least that long from now, at most 86400; never shorter than before")
      ->required();
  add_remarks_options(command, options->request.remarks);
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: as of holds create.

Example:
  farthing holds extend HOLD --ttl 600
)");
}

void add_release(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<ReleaseOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "release", "Give back what a hold still has", options, release_hold);
  add_hold_argument(command, options->request.hold);
  add_remarks_options(command, options->request.remarks);
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: as of holds create.

Example:
  farthing holds release HOLD
)");
}

}  // namespace

void add_holds(CommandSet& commands) {
  CLI::App& noun =
      add_noun(commands, "holds", "Set credits aside for jobs that are not done (service)");
  add_place(commands, noun);
  add_holds_show(commands, noun);
  add_capture(commands, noun);
  add_extend(commands, noun);
  add_release(commands, noun);
}

}  // namespace farthing::cli
