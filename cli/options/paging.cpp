// SPDX-License-Identifier: Apache-2.0
#include "cli/options/paging.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/options/whole_number.hpp"
#include "cli/output/escape.hpp"

namespace farthing::cli {
namespace {

constexpr int kMaxPage = 1'000;  // of the API

}  // namespace

sdk::PageRequest PagingOptions::first_page() const {
  sdk::PageRequest request{.limit = limit, .cursor = cursor};
  if (is_all) request.limit = kMaxPage;
  return request;
}

void add_paging_options(CLI::App& command, PagingOptions& values) {
  constexpr const char* kPagingGroup = "Paging";
  CLI::Option* limit = command.add_option("--limit", values.limit, "Rows of a page (default 100)")
                           ->check(whole_number())
                           ->check(CLI::Range(1, kMaxPage))
                           ->type_name("N")
                           ->group(kPagingGroup);
  command.add_option("--cursor", values.cursor, "Start where the page before said that it ended")
      ->type_name("CURSOR")
      ->group(kPagingGroup);
  command.add_flag("--all", values.is_all, "All pages as one")
      ->excludes(limit)
      ->group(kPagingGroup);
}

void add_next_remark(Report& report, const std::optional<std::string>& next) {
  if (next) report.remarks.push_back(fmt::format("There is more: --cursor {}, or --all.", *next));
}

std::optional<Problem> endless(const std::optional<std::string>& next,
                               const std::optional<std::string>& cursor) {
  if (next != cursor) return {};
  return Problem{.code = ExitCode::server_failed,
                 .message = "The server answers the same page again as the next one."};
}

Report list_answer(Table table, std::string_view name, const std::vector<std::string>& items,
                   const std::optional<std::string>& next) {
  Report report;
  std::string& json = report.document.json;
  json = fmt::format("{{{}:[", json_string(name));
  for (const auto& item : items) {
    if (json.back() != '[') json.push_back(',');
    json += item;
  }
  json += fmt::format("],\"next\":{}}}", next ? json_string(*next) : "null");
  report.document.tables.push_back(std::move(table));
  add_next_remark(report, next);
  return report;
}

}  // namespace farthing::cli
