// SPDX-License-Identifier: Apache-2.0
// Entries as comma-separated values (RFC 4180): a line of names, then a line for each entry, with
// what people read of the JSON form in columns. What has no value is empty; metadata and grants are
// JSON in a field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/ledger/entry.hpp"

namespace farthing::http {

// Appends the text as one field, quoted where it must be.
void append_csv_field(std::string_view text, std::string& out);

std::string render_csv(const std::vector<ledger::Entry>& entries);

}  // namespace farthing::http
