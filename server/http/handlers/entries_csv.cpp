// SPDX-License-Identifier: Apache-2.0
#include "server/http/handlers/entries_csv.hpp"

#include <initializer_list>
#include <optional>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "server/http/handlers/entry_fields.hpp"

namespace farthing::http {
namespace {

constexpr std::string_view kNames =
    "seq,kind,amount,available,held,at,ref,key,caller_key,operation,engine,metadata,grants,hash"
    "\r\n";

std::string text_of(const std::optional<ApiKeyId>& key) {
  return key ? key->to_string() : std::string();
}

std::string grants_of(const ledger::Entry& entry) {
  std::string json;
  JsonWriter writer(json);
  write_parts(writer, entry);
  return json;
}

void append_line(std::initializer_list<std::string_view> fields, std::string& out) {
  bool is_first = true;
  for (const std::string_view field : fields) {
    if (!is_first) out.push_back(',');
    is_first = false;
    append_csv_field(field, out);
  }
  out += "\r\n";
}

}  // namespace

void append_csv_field(std::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

std::string render_csv(const std::vector<ledger::Entry>& entries) {
  std::string csv(kNames);
  for (const ledger::Entry& entry : entries) {
    const ledger::Origin& origin = entry.origin;
    append_line(
        {std::to_string(entry.seq), ledger::to_string(entry.kind), entry.amount.to_string(),
         entry.available.to_string(), entry.held.to_string(), entry.at.to_string(), ref_of(entry),
         text_of(origin.api_key), text_of(origin.caller_key), origin.operation, origin.engine,
         origin.metadata.json, grants_of(entry), to_hex(as_bytes(entry.hash))},
        csv);
  }
  return csv;
}

}  // namespace farthing::http
