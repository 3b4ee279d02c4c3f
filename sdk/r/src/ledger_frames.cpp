// SPDX-License-Identifier: Apache-2.0
#include "ledger_frames.hpp"

#include <optional>
#include <string>

namespace farthing::r {
namespace {

std::optional<std::string> key_id(const sdk::LedgerEntry& entry) {
  if (!entry.key) return {};
  return entry.key->id;
}

std::optional<std::string> caller_key_id(const sdk::LedgerEntry& entry) {
  if (!entry.key) return {};
  return entry.key->caller;
}

}  // namespace

cpp11::sexp r_columns(const std::vector<sdk::CapturedHold>& holds) {
  return Columns(holds)
      .fields()
      .text("charge", [](const auto& hold) { return std::optional(hold.charge.id); })
      .amount("charged", [](const auto& hold) { return hold.charge.amount; })
      .list("grants", [](const auto& hold) { return columns_of(hold.charge.grants); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::LedgerEntry>& entries) {
  return Columns(entries).fields().text("key", key_id).text("caller_key", caller_key_id).finish();
}

}  // namespace farthing::r
