// SPDX-License-Identifier: Apache-2.0
#include "server/api/entries_csv.hpp"

#include <initializer_list>
#include <optional>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "server/api/entry_fields.hpp"

namespace farthing::api {
namespace {

constexpr std::string_view kNames =
    "seq,kind,amount,available,held,at,ref,key,caller_key,operation,model,price_paid,currency,"
    "payment_reference,tags,reason,metadata,grants,hash\r\n";

std::string text_of(const std::optional<ApiKeyId>& key) {
  return key ? key->to_string() : std::string();
}

std::string grants_of(const ledger::Entry& entry) {
  std::string json;
  JsonWriter writer(json);
  write_parts(writer, entry);
  return json;
}

std::string tags_of(const ledger::Origin& origin) {
  std::string json;
  JsonWriter writer(json);
  if (!origin.tags.empty()) write_tags(writer, origin.tags);
  return json;
}

std::string amount_of(const std::optional<ledger::Price>& price) {
  return price ? Credits::from_nano(price->nano).to_string() : std::string();
}

// Appends the fields with commas between them.
void append_fields(std::initializer_list<std::string_view> fields, std::string& out) {
  bool is_first = true;
  for (const std::string_view field : fields) {
    if (!is_first) out.push_back(',');
    is_first = false;
    append_csv_field(field, out);
  }
}

// Appends each text behind a comma.
void append_texts(std::initializer_list<std::string_view> fields, CsvTexts texts,
                  std::string& out) {
  for (const std::string_view field : fields) {
    out.push_back(',');
    append_csv_text(field, texts, out);
  }
}

}  // namespace

void append_csv_field(std::string_view value, std::string& out) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += value;
    return;
  }
  out.push_back('"');
  for (const char c : value) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

void append_csv_text(std::string_view text, CsvTexts texts, std::string& out) {
  constexpr std::string_view kBeginsFormula = "=+-@\t\r";
  const bool is_formula =
      !text.empty() && kBeginsFormula.find(text.front()) != std::string_view::npos;
  if (texts == CsvTexts::raw || !is_formula) return append_csv_field(text, out);
  append_csv_field("'" + std::string(text), out);
}

std::string render_csv(const std::vector<ledger::Entry>& entries, CsvTexts texts) {
  std::string csv(kNames);
  for (const ledger::Entry& entry : entries) {
    const ledger::Origin& origin = entry.origin;
    append_fields(
        {std::to_string(entry.seq), ledger::to_string(entry.kind), entry.amount.to_string(),
         entry.available.to_string(), entry.held.to_string(), entry.at.to_string(), ref_of(entry),
         text_of(origin.api_key), text_of(origin.caller_key)},
        csv);
    append_texts({origin.operation, origin.model}, texts, csv);
    csv.push_back(',');
    append_fields({amount_of(origin.price_paid),
                   origin.price_paid ? origin.price_paid->currency : std::string()},
                  csv);
    const ledger::Erasable& erasable = origin.erasable;
    append_texts({erasable.payment_reference, tags_of(origin), erasable.reason, erasable.metadata},
                 texts, csv);
    csv.push_back(',');
    append_fields({grants_of(entry), to_hex(as_bytes(entry.hash))}, csv);
    csv += "\r\n";
  }
  return csv;
}

}  // namespace farthing::api
