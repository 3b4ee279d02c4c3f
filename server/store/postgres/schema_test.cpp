// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/schema.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace farthing::store::postgres::schema_test {

TEST(Migrations, AreNumberedFromOneWithoutGaps) {
  std::int64_t expected = 1;
  for (const Migration& migration : all_migrations()) {
    EXPECT_EQ(migration.number, expected++) << migration.name;
    EXPECT_NE(std::string_view(migration.sql).find("farthing."), std::string_view::npos);
  }
  EXPECT_GT(expected, 1);
}

// What runs within another's transaction must not end it.
TEST(Migrations, LeaveTransactionsAlone) {
  for (const Migration& migration : all_migrations()) {
    for (const std::string_view word : {"COMMIT", "ROLLBACK", "BEGIN", "CONCURRENTLY"}) {
      EXPECT_EQ(std::string_view(migration.sql).find(word), std::string_view::npos)
          << migration.name;
    }
  }
}

TEST(SplitScript, EndsAStatementAtItsSemicolon) {
  const auto statements =
      split_script("-- one; not two\nSELECT 1;\n\nSELECT 'a;--''b' -- it's\n;\n");
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_NE(statements[0].find("SELECT 1"), std::string::npos);
  EXPECT_EQ(statements[0].find("not two"), std::string::npos);
  EXPECT_NE(statements[1].find("SELECT 'a;--''b'"), std::string::npos);
  EXPECT_TRUE(split_script("").empty());
  EXPECT_TRUE(split_script("-- nothing").empty());
}

// What it cannot split is not to be written.
TEST(Migrations, CanBeSplit) {
  for (const Migration& migration : all_migrations()) {
    EXPECT_EQ(std::string_view(migration.sql).find("$$"), std::string_view::npos) << migration.name;
    EXPECT_EQ(std::string_view(migration.sql).find("/*"), std::string_view::npos) << migration.name;
    for (const std::string& statement : split_script(migration.sql)) {
      const std::size_t begin = statement.find_first_not_of(" \n");
      const auto word = statement.substr(begin, statement.find(' ', begin) - begin);
      EXPECT_TRUE(word == "CREATE" || word == "ALTER" || word == "INSERT" || word == "UPDATE" ||
                  word == "COMMENT")
          << statement;
    }
  }
}

}  // namespace farthing::store::postgres::schema_test
