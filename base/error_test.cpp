// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace farthing::error_test {

// The cells of a row of a Markdown table, without blanks and code marks around them.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = 1;
  for (std::size_t end = line.find('|', begin); end != std::string::npos;
       begin = end + 1, end = line.find('|', begin)) {
    std::string cell = line.substr(begin, end - begin);
    const auto first = cell.find_first_not_of(" `");
    const auto last = cell.find_last_not_of(" `");
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return cells;
}

// The rows of api/errors.md: name, status, temporary, when, what to do.
std::map<std::string, std::vector<std::string>> documented_errors() {
  std::ifstream file(FARTHING_SOURCE_DIR "/api/errors.md");
  EXPECT_TRUE(file) << "api/errors.md cannot be read";
  std::map<std::string, std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    auto cells = cells_of(line);
    EXPECT_EQ(cells.size(), 5U) << line;
    EXPECT_TRUE(rows.emplace(cells.front(), cells).second) << "twice: " << line;
  }
  return rows;
}

TEST(ErrorTable, IsDocumentedRowByRow) {
  const auto rows = documented_errors();
  for (const ErrorTraits& traits : all_error_traits()) {
    const auto row = rows.find(std::string(traits.name));
    if (row == rows.end()) {
      ADD_FAILURE() << "api/errors.md has no row for " << traits.name;
      continue;
    }
    ASSERT_EQ(row->second.size(), 5U) << traits.name;
    EXPECT_EQ(row->second[1], std::to_string(traits.status)) << traits.name;
    EXPECT_EQ(row->second[2], traits.temporary ? "yes" : "no") << traits.name;
    EXPECT_FALSE(row->second[3].empty()) << traits.name << ": when";
    EXPECT_FALSE(row->second[4].empty()) << traits.name << ": what to do";
  }
  EXPECT_EQ(rows.size(), all_error_traits().size()) << "api/errors.md has a row too many";
}

TEST(ErrorTable, IsIndexedByTheCode) {
  for (const ErrorTraits& traits : all_error_traits()) {
    EXPECT_EQ(&traits_of(traits.code), &traits) << traits.name;
  }
}

TEST(ErrorTable, HasNamesAndSentencesFitForTheWire) {
  std::set<std::string_view> names;
  for (const ErrorTraits& traits : all_error_traits()) {
    EXPECT_TRUE(names.insert(traits.name).second) << traits.name;
    EXPECT_EQ(traits.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
        << traits.name;
    EXPECT_TRUE(traits.status >= 400 && traits.status <= 599) << traits.name;
    EXPECT_TRUE(traits.sentence.ends_with('.')) << traits.name;
  }
}

TEST(ErrorCode, IsReadByItsNameOnly) {
  for (const ErrorTraits& traits : all_error_traits()) {
    EXPECT_EQ(to_string(traits.code), traits.name);
    EXPECT_EQ(parse_error_code(traits.name), traits.code);
  }
  EXPECT_FALSE(parse_error_code(""));
  EXPECT_FALSE(parse_error_code("insufficient_balance"));
  EXPECT_FALSE(parse_error_code("Conflict"));
}

// What other people's clients look for, word for word.
TEST(ErrorTable, KeepsTheMessageOfAServerError) {
  EXPECT_EQ(make_error(ErrorCode::server_error).message,
            "An unexpected server error occurred, please try again.");
}

TEST(Error, SaysTheSentenceUnlessToldBetter) {
  for (const ErrorTraits& traits : all_error_traits()) {
    const Error error = make_error(traits.code);
    EXPECT_EQ(error.code, traits.code);
    EXPECT_EQ(error.message, traits.sentence);
    EXPECT_TRUE(error.field.empty());
    EXPECT_TRUE(error.details.empty());
  }
  EXPECT_EQ(make_error(ErrorCode::not_found, "No such grant.").message, "No such grant.");
}

TEST(Error, NamesTheFieldThatIsWrong) {
  const Error error = bad_field("amount", "amount must be positive.");
  EXPECT_EQ(error.code, ErrorCode::bad_request);
  EXPECT_EQ(error.field, "amount");
  EXPECT_EQ(error.message, "amount must be positive.");
}

}  // namespace farthing::error_test
