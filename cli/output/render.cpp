// SPDX-License-Identifier: Apache-2.0
#include "cli/output/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "cli/output/escape.hpp"

namespace farthing::cli {
namespace {

constexpr std::size_t kGap = 2;

std::string bold(std::string_view text, Style style) {
  return style == Style::ansi ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

std::string shown(std::string_view value) { return value.empty() ? "-" : printable(value); }

// Returns a name such as "created_at" as people read it.
std::string label_of(const Field& field) {
  std::string label = field.name;
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

std::string heading_of(const Column& column) {
  std::string heading = column.name;
  for (char& c : heading) {
    if (c == '_') c = ' ';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return heading;
}

std::string render_fields(const std::vector<Field>& fields, Style style) {
  std::size_t width = 0;
  for (const auto& field : fields) width = std::max(width, field.name.size());
  std::string text;
  for (const auto& field : fields) {
    const std::string padding(width - field.name.size() + kGap, ' ');
    text += fmt::format("{}{}{}\n", bold(label_of(field), style), padding, shown(field.value));
  }
  return text;
}

std::vector<std::size_t> widths_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t width = table.columns[i].name.size();
    for (const auto& row : table.rows) width = std::max(width, display_width(shown(row[i])));
    widths.push_back(width);
  }
  return widths;
}

// Returns one line without blanks at the end. `decorate` gets every cell and must not change its
// width.
template <class Decorate>
std::string render_line(const std::vector<std::string>& cells, const std::vector<Column>& columns,
                        const std::vector<std::size_t>& widths, Decorate decorate) {
  std::string line;
  std::string pending;  // blanks that are written once something follows
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - display_width(cells[i]), ' ');
    const bool is_right = columns[i].alignment == Alignment::right;
    line += pending + (is_right ? padding : "") + decorate(cells[i]);
    pending = (is_right ? "" : padding) + std::string(kGap, ' ');
  }
  line.push_back('\n');
  return line;
}

std::string render_rows(const Table& table, Style style) {
  const auto widths = widths_of(table);
  std::vector<std::string> headings;
  headings.reserve(table.columns.size());
  for (const auto& column : table.columns) headings.push_back(heading_of(column));
  std::string text = render_line(headings, table.columns, widths,
                                 [style](const std::string& cell) { return bold(cell, style); });
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    cells.reserve(row.size());
    for (const auto& value : row) cells.push_back(shown(value));
    text += render_line(cells, table.columns, widths, [](const std::string& cell) { return cell; });
  }
  return text;
}

}  // namespace

std::string render_table(const Document& document, Style style) {
  std::string text = render_fields(document.fields, style);
  for (const Table& table : document.tables) {
    if (!text.empty()) text.push_back('\n');
    text += render_rows(table, style);
  }
  return text;
}

std::string render_plain(const Document& document) {
  if (document.plain_value) return printable(*document.plain_value) + "\n";
  std::string text;
  for (const auto& field : document.fields) {
    text += fmt::format("{}\t{}\n", field.name, printable(field.value));
  }
  const bool is_alone = document.fields.empty() && document.tables.size() == 1;
  for (const Table& table : document.tables) {
    for (const auto& row : table.rows) {
      std::string line = is_alone ? "" : table.row_name;
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0 || !line.empty()) line.push_back('\t');
        line += printable(row[i]);
      }
      text += line + "\n";
    }
  }
  return text;
}

std::string render_json(const Document& document) { return printable_json(document.json) + "\n"; }

std::string render(const Document& document, Format format, Style style) {
  switch (format) {
    case Format::table:
      return render_table(document, style);
    case Format::plain:
      return render_plain(document);
    case Format::json:
      return render_json(document);
    case Format::csv:
      return document.csv;
  }
  return {};
}

}  // namespace farthing::cli
