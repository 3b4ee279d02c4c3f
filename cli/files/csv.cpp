// SPDX-License-Identifier: Apache-2.0
#include "cli/files/csv.hpp"

#include <optional>
#include <utility>

namespace farthing::cli {
namespace {

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kMark)) text_.remove_prefix(kMark.size());
  }

  BasicResult<std::vector<CsvRecord>, CsvFault> read() {
    while (!text_.empty()) {
      CsvRecord record{.line = line_};
      while (read_cell(record.cells.emplace_back()) && skip(',')) {
      }
      if (fault_) return std::move(*fault_);
      const bool is_empty = record.cells.size() == 1 && record.cells.front().empty();
      if (!is_empty) records_.push_back(std::move(record));
    }
    return std::move(records_);
  }

 private:
  // Reads a cell and stops before the comma, or behind the end of the line. Returns false when the
  // record ends there, or on a fault.
  bool read_cell(std::string& cell) {
    if (text_.starts_with('"')) {
      if (!read_quoted(cell)) return false;
    } else {
      const std::size_t end = std::min(text_.find_first_of(",\r\n\""), text_.size());
      cell = text_.substr(0, end);
      text_.remove_prefix(end);
      if (text_.starts_with('"'))
        return fail("a quote stands within a cell that does not begin with one");
    }
    if (text_.starts_with(',')) return true;
    const bool has_return = skip('\r');
    if (text_.empty() && !has_return) return false;
    if (skip('\n')) {
      ++line_;
      return false;
    }
    return fail(has_return ? "a carriage return stands without a line feed"
                           : "there is text behind a closing quote");
  }

  bool read_quoted(std::string& cell) {
    const std::size_t first_line = line_;
    text_.remove_prefix(1);
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '"' && !skip('"')) return true;
      if (c == '\n') ++line_;
      cell.push_back(c);
    }
    line_ = first_line;
    return fail("a quote is not closed");
  }

  bool skip(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool fail(std::string message) {
    fault_ = CsvFault{line_, std::move(message)};
    return false;
  }

  std::string_view text_;
  std::size_t line_ = 1;
  std::vector<CsvRecord> records_;
  std::optional<CsvFault> fault_;
};

}  // namespace

BasicResult<std::vector<CsvRecord>, CsvFault> read_csv(std::string_view text) {
  return CsvReader(text).read();
}

}  // namespace farthing::cli
