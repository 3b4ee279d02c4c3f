// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/commands/ledger_tables.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/options/paging.hpp"

namespace farthing::cli {
namespace {

struct EntriesListOptions {
  CommonOptions common{};
  PagingOptions paging{};
  std::optional<std::string> organization{};
  sdk::ListEntries filter{};
};

// Fetches one page of text, or all pages as one; later pages lose their header line.
Result<sdk::CsvPage> fetch_csv(const PagingOptions& paging, sdk::ListEntries request,
                               const ClientSession& session) {
  request.page = paging.first_page();
  sdk::CsvPage all;
  while (true) {
    auto page = session.client.list_entries_csv(request, session.call_options);
    if (!page) return to_problem(page.error());
    // The names of the columns need no quotes, so the first line feed ends the header.
    all.text += all.text.empty() ? page->text : page->text.substr(page->text.find('\n') + 1);
    all.next = std::move(page->next);
    if (!paging.is_all || !all.next) return all;
    if (auto problem = endless(all.next, request.page.cursor)) return std::move(*problem);
    request.page.cursor = all.next;
  }
}

Result<Report> list_entries(const EntriesListOptions& options, const ClientSession& session) {
  auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  sdk::ListEntries request = options.filter;
  request.organization = *std::move(organization);
  if (options.common.output.format == Format::csv) {
    auto page = fetch_csv(options.paging, std::move(request), session);
    if (!page) return std::move(page.error());
    Report report{.document = {.csv = std::move(page->text)}};
    add_next_remark(report, page->next);
    return report;
  }
  const auto entries =
      fetch_pages<sdk::LedgerEntry>(options.paging, [&](const sdk::PageRequest& page) {
        request.page = page;
        return session.client.list_entries(request, session.call_options);
      });
  if (!entries) return entries.error();
  return list_answer(entries_table(entries->items), "entries", to_json_texts(entries->items),
                     entries->next);
}

void add_entries_filter_options(CLI::App& command, sdk::ListEntries& filter) {
  command.add_option("--kind", filter.kind, "Only those of this kind, as in charge or refund")
      ->type_name("KIND");
  command.add_option("--from", filter.from, "Not before this, as in 2027-01-01T00:00:00Z")
      ->type_name("INSTANT");
  command.add_option("--to", filter.to, "Before this")->type_name("INSTANT");
  command.add_option("--operation", filter.operation, "Only those for this operation")
      ->type_name("NAME");
  command
      .add_option("--key", filter.key,
                  "Only those that this API key asked for, or was presented for: its id, key-...")
      ->type_name("KEY");
}

void add_entries_list(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<EntriesListOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "list", "List the ledger of an organization, in order",
                           options, list_entries);
  add_organization_option(command, options->organization);
  add_entries_filter_options(command, options->filter);
  add_paging_options(command, options->paging);
  add_csv_option(command, options->common.output);
  add_raw_option(command, options->filter.raw);
  command.footer(
      R"(Filters may be combined. A page that is filtered may hold less than --limit, or nothing, and be
followed by others; --all shows them all.
Plain output: seq, kind, amount, available and held (after it), at, ref, operation and engine, a line
for each entry. --csv and --json have all of it: the keys that asked, metadata, grants and hash.

Examples:
  farthing entries list --organization ORG --kind charge --from 2027-01-01T00:00:00Z
  farthing entries list --organization ORG --all --csv -o ledger.csv
)");
}

}  // namespace

void add_entries(CommandSet& commands) {
  CLI::App& noun = add_noun(commands, "entries", "Read the ledger of an organization (operator)");
  add_entries_list(commands, noun);
}

}  // namespace farthing::cli
