// SPDX-License-Identifier: Apache-2.0
#include "cli/files/csv.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace farthing::cli::csv_test {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text) {
  const auto records = read_csv(text);
  if (!records) return {{records.error().message}};
  Rows rows;
  for (const CsvRecord& record : *records) rows.push_back(record.cells);
  return rows;
}

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
  const std::vector<std::pair<std::string_view, Rows>> table = {
      {"", {}},
      {"a", {{"a"}}},
      {"a,b\nc,d\n", {{"a", "b"}, {"c", "d"}}},
      {"a,b\r\nc,d\r\n", {{"a", "b"}, {"c", "d"}}},
      {"\xEF\xBB\xBF"
       "a,b",
       {{"a", "b"}}},
      {",\n", {{"", ""}}},
      {"a,\n", {{"a", ""}}},
      {"a,", {{"a", ""}}},
      {"\n\r\na\n\n", {{"a"}}},
      {R"("a,b","c ""d""",e)", {{"a,b", "c \"d\"", "e"}}},
      {"\"a\nb\",c\nd,\"\"\n", {{"a\nb", "c"}, {"d", ""}}},
      {R"({"":1},x)", {{"a quote stands within a cell that does not begin with one"}}},
      {R"("{""a"":[1,2]}",x)", {{R"({"a":[1,2]})", "x"}}},
      {" a , b ", {{" a ", " b "}}},
  };
  for (const auto& [text, rows] : table) EXPECT_EQ(rows_of(text), rows) << text;
}

TEST(Csv, SaysWhereItIsWrong) {
  const std::vector<std::tuple<std::string_view, std::size_t, std::string_view>> table = {
      {"a\n\"b\nc", 2, "a quote is not closed"},
      {"a\nb\"c\n", 2, "a quote stands within a cell that does not begin with one"},
      {"\"a\"b\n", 1, "there is text behind a closing quote"},
      {"a\rb\n", 1, "a carriage return stands without a line feed"},
      {"a\r", 1, "a carriage return stands without a line feed"},
  };
  for (const auto& [text, line, message] : table) {
    const auto records = read_csv(text);
    ASSERT_FALSE(records) << text;
    EXPECT_EQ(records.error().line, line) << text;
    EXPECT_EQ(records.error().message, message) << text;
  }
}

TEST(Csv, CountsTheLinesWithinQuotes) {
  const auto records = read_csv("a\n\n\"b\nc\"\nd\n");
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 3U);
  EXPECT_EQ((*records)[0].line, 1U);
  EXPECT_EQ((*records)[1].line, 3U);
  EXPECT_EQ((*records)[2].line, 5U);
}

}  // namespace farthing::cli::csv_test
