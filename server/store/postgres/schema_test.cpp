// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/schema.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace farthing::store::postgres::schema_test {

// Returns all that the migration runs.
std::string text_of(const Migration& migration) {
  return std::string(migration.sql) + (migration.finish == nullptr ? "" : migration.finish);
}

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
      EXPECT_EQ(text_of(migration).find(word), std::string::npos) << migration.name;
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

TEST(Migrations, NameNodesThatAreThere) {
  for (const Migration& migration : all_migrations()) {
    EXPECT_GE(migration.nodes_from, 1) << migration.name;
    EXPECT_LE(migration.nodes_from, migration.number) << migration.name;
  }
}

// What nodes of before could not bear waits only where they may go on at all.
TEST(Migrations, FinishOnlyWhatNodesOfBeforeServeBeside) {
  for (const Migration& migration : all_migrations()) {
    if (migration.finish == nullptr) continue;
    EXPECT_LT(migration.nodes_from, migration.number) << migration.name;
  }
}

// Nodes of before refuse tables that Citus distributes and that they do not know.
TEST(Migrations, StopNodesOfBeforeWhenTheLedgerGetsATable) {
  for (const Migration& migration : all_migrations()) {
    if (text_of(migration).find("CREATE TABLE farthing.ledger_") == std::string::npos) continue;
    EXPECT_EQ(migration.nodes_from, migration.number) << migration.name;
  }
}

// What it cannot split is not to be written.
TEST(Migrations, CanBeSplit) {
  for (const Migration& migration : all_migrations()) {
    EXPECT_EQ(text_of(migration).find("$$"), std::string::npos) << migration.name;
    EXPECT_EQ(text_of(migration).find("/*"), std::string::npos) << migration.name;
    for (const std::string& statement : split_script(text_of(migration))) {
      const std::size_t begin = statement.find_first_not_of(" \n");
      const auto word = statement.substr(begin, statement.find(' ', begin) - begin);
      EXPECT_TRUE(word == "CREATE" || word == "ALTER" || word == "INSERT" || word == "UPDATE" ||
                  word == "COMMENT")
          << statement;
    }
  }
}

}  // namespace farthing::store::postgres::schema_test
