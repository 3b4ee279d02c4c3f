// SPDX-License-Identifier: Apache-2.0
#include "ledger_frames.hpp"

#include <optional>
#include <string>

#include "base/json/json_writer.hpp"

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

std::optional<std::string> tags_text(const std::vector<sdk::Tag>& tags) {
  if (tags.empty()) return {};
  std::string json;
  JsonWriter writer(json);
  writer.begin_object();
  for (const sdk::Tag& tag : tags) writer.member(tag.name, tag.value);
  writer.end_object();
  return json;
}

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
