// SPDX-License-Identifier: Apache-2.0
// What a command has found out, before it is known how it will be shown: a record of named fields,
// tables of rows, or both, and the same as JSON. Names are those of the API's JSON fields.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace farthing::cli {

struct Field {
  std::string name{};
  std::string value{};  // empty when there is none
};

enum class Alignment { left, right };

struct Column {
  std::string name{};
  Alignment alignment = Alignment::left;
};

struct Table {
  // What one row is, as in "organization": the first cell of a plain row, unless the table is all
  // there is.
  std::string row_name{};
  std::vector<Column> columns{};
  std::vector<std::vector<std::string>> rows{};  // each as long as `columns`
};

struct Document {
  std::vector<Field> fields{};
  std::vector<Table> tables{};
  std::string json{};
  std::string csv{};  // as the server wrote it; empty where it was not asked for
  // What the plain format shows in place of all fields, for a command that answers one value.
  std::optional<std::string> plain_value{};
};

// "yes" or "no", as cells spell a boolean.
std::string to_cell(bool value);
std::string to_cell(const std::optional<std::string>& value);

}  // namespace farthing::cli
