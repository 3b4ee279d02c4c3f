// SPDX-License-Identifier: Apache-2.0
// CSV as spreadsheets write it (RFC 4180): cells separated by commas, lines ended by a line feed
// with a carriage return before it or not, quotes around what holds either, doubled within.
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

// Empty lines are left out. A mark of UTF-8 at the start does not count.
BasicResult<std::vector<CsvRecord>, CsvFault> read_csv(std::string_view text);

}  // namespace farthing::cli
