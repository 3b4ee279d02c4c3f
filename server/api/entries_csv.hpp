// SPDX-License-Identifier: Apache-2.0
// Entries as comma-separated values (RFC 4180): a line of names, then a line for each entry, with
// what people read of the JSON form in columns. What has no value is empty; metadata and grants are
// JSON in a field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/ledger/entry.hpp"

namespace farthing::api {

// A spreadsheet takes a text that begins with =, +, -, @, a tab or a carriage return for a formula
// and runs it. A guarded text that begins so gets an apostrophe in front, which a spreadsheet takes
// for the mark of a text; a raw one stays as it is. What the server writes itself (amounts, ids,
// instants) is never guarded.
enum class CsvTexts : std::uint8_t { guarded, raw };

// Appends what the server writes as one field, quoted where it must be.
void append_csv_field(std::string_view value, std::string& out);
// Appends a text that somebody has sent as one field, quoted where it must be.
void append_csv_text(std::string_view text, CsvTexts texts, std::string& out);

std::string render_csv(const std::vector<ledger::Entry>& entries, CsvTexts texts);

}  // namespace farthing::api
