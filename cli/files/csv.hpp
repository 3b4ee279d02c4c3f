// SPDX-License-Identifier: Apache-2.0
// Reads CSV as spreadsheets write it (RFC 4180): commas separate cells, a line feed ends a line,
// with a carriage return before it or not; quotes surround cells that hold either, and are doubled
// within.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/result.hpp>

namespace farthing::cli {

struct CsvRecord {
  std::size_t line = 0;  // on which it begins, from 1
  std::vector<std::string> cells{};
};

struct CsvFault {
  std::size_t line = 0;
  std::string message{};  // as in "a quote is not closed"
};

// Reads all records. Empty lines are left out, and a byte order mark at the start is skipped.
BasicResult<std::vector<CsvRecord>, CsvFault> read_csv(std::string_view text);

}  // namespace farthing::cli
