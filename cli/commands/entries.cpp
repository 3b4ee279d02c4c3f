// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/commands/entries_tables.hpp"
#include "cli/commands/entries_verbs.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/options/paging.hpp"
#include "cli/options/whole_number.hpp"

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
Plain output: seq, kind, amount, available and held (after it), at, ref, operation and model, a line
for each entry. --csv and --json have all of it: the keys that asked, metadata, grants and hash.

Examples:
  farthing entries list --organization ORG --kind charge --from 2027-01-01T00:00:00Z
  farthing entries list --organization ORG --all --csv -o ledger.csv
)");
}

struct EntriesEraseOptions {
  CommonOptions common{};
  std::optional<std::string> organization{};
  std::int64_t seq = 0;
  bool is_agreed = false;
};

Result<Report> erase_entry(const EntriesEraseOptions& options, const ClientSession& session) {
  if (!options.is_agreed) {
    return usage_problem(
        "Nothing was done. Look at the entry in `farthing entries list`; --yes erases its texts, "
        "which cannot be taken back.");
  }
  auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  const auto entry =
      session.client.erase_entry_texts(*organization, options.seq, session.call_options);
  if (!entry) return to_problem(entry.error());
  Report report{.document = {.tables = {entries_table({*entry})}, .json = entry->to_json()}};
  if (!entry->erasable_digest) {
    report.remarks.emplace_back("the entry never had metadata, a reason or a payment reference");
  }
  return report;
}

void add_entries_erase(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<EntriesEraseOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "erase", "Erase metadata, reason and payment reference of an entry for good",
      options, erase_entry);
  command.add_option("SEQ", options->seq, "The entry's number, as in `entries list`")
      ->required()
      ->check(whole_number())
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
  add_organization_option(command, options->organization);
  command.add_flag("--yes", options->is_agreed, "Do it; nothing is done without");
  command.footer(
      R"(This cannot be undone. The entry stays, with its amounts and its hash; what is erased is in no answer
from then on, and leaves the server's files some minutes later. The audit log says that it was erased.
docs/concepts/security.md says what stays elsewhere, as in backups.
Plain output as of list.

Example:
  farthing entries erase 17 --organization ORG --yes
)");
}

}  // namespace

void add_entries(CommandSet& commands) {
  CLI::App& noun = add_noun(commands, "entries",
                            "Read, prove and sign the ledger of an organization (operator)");
  add_entries_list(commands, noun);
  add_entries_outcome(commands, noun);
  add_entries_erase(commands, noun);
  add_entries_verify(commands, noun);
  add_entries_statement(commands, noun);
  add_entries_statement_key(commands, noun);
  add_entries_check_statement(commands, noun);
}

}  // namespace farthing::cli
