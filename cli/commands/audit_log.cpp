// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/online_audit_log.hpp"
#include "cli/options/paging.hpp"

namespace farthing::cli {
namespace {

struct AuditLogListOptions {
  CommonOptions common{};
  PagingOptions paging{};
  sdk::ListAuditLog filter{};
};

std::string show_value(const std::optional<std::string>& value,
                       const std::optional<std::string>& digest) {
  return value.value_or(digest ? "(erased)" : "-");
}

// Returns "role: MEMBER -> OWNER"; a value that is missing before or after is "-", one that was
// erased since "(erased)". The act that erases has fields without values.
std::string show_changes(const sdk::Act& act) {
  std::string text;
  for (const sdk::ActChange& change : act.changes) {
    if (!text.empty()) text += ", ";
    text += change.field + ": " + show_value(change.before, change.before_digest) + " -> " +
            show_value(change.after, change.after_digest);
  }
  return text;
}

Result<Report> list_audit_log(const AuditLogListOptions& options, const ClientSession& session) {
  sdk::ListAuditLog request = options.filter;
  const auto acts = fetch_pages<sdk::Act>(options.paging, [&](const sdk::PageRequest& page) {
    request.page = page;
    return session.client.list_audit_log(request, session.call_options);
  });
  if (!acts) return acts.error();
  Table table{.columns = {{"number", Alignment::right},
                          {"at"},
                          {"kind"},
                          {"target"},
                          {"api_key"},
                          {"user"},
                          {"address"},
                          {"changes"}}};
  for (const sdk::Act& act : acts->items) {
    table.rows.push_back({std::to_string(act.number), act.at, act.kind, act.target,
                          to_cell(act.api_key), to_cell(act.user), to_cell(act.address),
                          show_changes(act)});
  }
  return list_answer(std::move(table), "acts", to_json_texts(acts->items), acts->next);
}

struct AuditLogVerifyOptions {
  CommonOptions common{};
};

Result<Report> verify_audit_log(const AuditLogVerifyOptions& /*options*/,
                                const ClientSession& session) {
  const auto end = verify_audit_log(session);
  if (!end) return end.error();
  return Report{.document = {.fields = {{"acts", std::to_string(end->number)}, {"hash", end->hash}},
                             .json = "{\"acts\":" + std::to_string(end->number) + ",\"hash\":\"" +
                                     end->hash + "\"}"}};
}

void add_audit_log_filter_options(CLI::App& command, sdk::ListAuditLog& filter) {
  command
      .add_option("--actor", filter.actor,
                  "Only what this user did, or was done with this API key: user-... or key-...")
      ->type_name("ID");
  command
      .add_option("--target", filter.target,
                  "Only what was done to this, or to what belongs to this organization")
      ->type_name("ID");
  command.add_option("--kind", filter.kind, "Only those of this kind, as in member.remove")
      ->type_name("KIND");
  command.add_option("--from", filter.from, "Not before this, as in 2027-01-01T00:00:00Z")
      ->type_name("INSTANT");
  command.add_option("--to", filter.to, "Before this")->type_name("INSTANT");
}

void add_audit_log_list(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<AuditLogListOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "list", "Show who changed what, in order", options, list_audit_log);
  add_audit_log_filter_options(command, options->filter);
  add_paging_options(command, options->paging);
  command.footer(
      R"(Filters may be combined. A page that is filtered may hold less than --limit, or nothing, and be
followed by others; --all shows them all.
Plain output: number, at, kind, target, api_key, user, address and changes, a line for each. --json
has all of it: the request's id, the organization and the hash as well. A value that was erased with
the person it tells of is shown as (erased).

Examples:
  farthing audit-log list --target ORG --from 2027-01-01T00:00:00Z
  farthing audit-log list --actor USER --all
)");
}

void add_verify(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<AuditLogVerifyOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "verify", "Recompute the hashes of the whole audit log",
                           options, verify_audit_log);
  command.footer(
      R"(The exit code is 1 at the first record that deviates. Keep the number and the hash that are
printed: a log that was cut off or written anew has others.
Plain output: acts (how many) and hash (of the last), each as NAME<TAB>VALUE.

Example:
  farthing audit-log verify
)");
}

}  // namespace

void add_audit_log(CommandSet& commands) {
  CLI::App& noun = add_noun(commands, "audit-log", "Who changed what, from where (operator)");
  add_audit_log_list(commands, noun);
  add_verify(commands, noun);
}

}  // namespace farthing::cli
