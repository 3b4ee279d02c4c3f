// SPDX-License-Identifier: Apache-2.0
// The result of a command, before its format is known: a record of named fields, tables of rows, or
// both, and the same as JSON. Names are those of the API's JSON fields.
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
  // The name of one row, as in "organization": the first cell of a plain row, unless the document
  // is only this table.
  std::string row_name{};
  std::vector<Column> columns{};
  std::vector<std::vector<std::string>> rows{};  // each as long as `columns`
};

struct Document {
  std::vector<Field> fields{};
  std::vector<Table> tables{};
  std::string json{};
  std::string csv{};  // as the server wrote it; empty where it was not asked for
  // The value that the plain format shows in place of all fields, for a command that returns one
  // value.
  std::optional<std::string> plain_value{};
};

// Return the text of a cell: "yes" or "no" for a boolean.
std::string to_cell(bool value);
std::string to_cell(const std::optional<std::string>& value);

}  // namespace farthing::cli
