// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/entries_tables.hpp"

#include <fmt/format.h>

#include <string>

namespace farthing::cli {

Table shares_table(const std::vector<sdk::GrantShare>& shares) {
  Table table{.row_name = "grant", .columns = {{"grant"}, {"amount", Alignment::right}}};
  for (const auto& share : shares) table.rows.push_back({share.grant, share.amount.to_string()});
  return table;
}

Table entries_table(const std::vector<sdk::LedgerEntry>& entries) {
  Table table{.row_name = "entry",
              .columns = {{"seq", Alignment::right},
                          {"kind"},
                          {"amount", Alignment::right},
                          {"available", Alignment::right},
                          {"held", Alignment::right},
                          {"at"},
                          {"ref"},
                          {"operation"},
                          {"model"}}};
  for (const auto& entry : entries) {
    table.rows.push_back({std::to_string(entry.seq), entry.kind, entry.amount.to_string(),
                          entry.available.to_string(), entry.held.to_string(), entry.at, entry.ref,
                          to_cell(entry.operation), to_cell(entry.model)});
  }
  return table;
}

NamedCounts name_counts(const verify::Counts& counts) {
  return {{"organizations", counts.organizations},
          {"entries", counts.entries},
          {"idempotency_keys", counts.idempotency_keys},
          {"grants", counts.grants},
          {"charges", counts.charges},
          {"holds", counts.holds},
          {"refunds", counts.refunds}};
}

Document counts_document(const NamedCounts& counts) {
  Document document;
  for (const auto& [name, count] : counts) {
    document.json += fmt::format("{}\"{}\":{}", document.json.empty() ? "{" : ",", name, count);
    document.fields.push_back({name, std::to_string(count)});
  }
  document.json += "}";
  return document;
}

}  // namespace farthing::cli
