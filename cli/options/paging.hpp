// SPDX-License-Identifier: Apache-2.0
// Lists come in pages. A list command shows one, or with `--all` every page from its start on; with
// `--all` it shows nothing unless all of them arrived.
#pragma once

#include <CLI/App.hpp>
#include <farthing/models.hpp>
#include <farthing/requests.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/frame/client_command.hpp"
#include "cli/frame/problem.hpp"

namespace farthing::cli {

struct PagingOptions {
  std::optional<int> limit{};
  std::optional<std::string> cursor{};
  bool is_all = false;

  sdk::PageRequest first_page() const;
};

void add_paging_options(CLI::App& command, PagingOptions& values);

// Makes the answer of a list command; `name` is the list's name in JSON ("users"), `items` each
// item as JSON. A remark says how to get the next page when there is one.
Report list_answer(Table table, std::string_view name, const std::vector<std::string>& items,
                   const std::optional<std::string>& next);

// Adds the remark that says how to get the next page, when there is one.
void add_next_remark(Report& report, const std::optional<std::string>& next);

// Returns a problem when the page after `cursor` names `cursor` as its next one.
std::optional<Problem> endless(const std::optional<std::string>& next,
                               const std::optional<std::string>& cursor);

// Fetches what the options ask for: one page, or all as one.
template <class T>
Result<sdk::Page<T>> fetch_pages(
    const PagingOptions& options,
    const std::function<sdk::Result<sdk::Page<T>>(const sdk::PageRequest&)>& fetch) {
  sdk::PageRequest request = options.first_page();
  sdk::Page<T> all;
  while (true) {
    auto page = fetch(request);
    if (!page) return to_problem(page.error());
    for (auto& item : page->items) all.items.push_back(std::move(item));
    all.next = std::move(page->next);
    if (!options.is_all || !all.next) return all;
    if (auto problem = endless(all.next, request.cursor)) return std::move(*problem);
    request.cursor = all.next;
  }
}

}  // namespace farthing::cli
