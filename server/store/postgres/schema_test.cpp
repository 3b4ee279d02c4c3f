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

}  // namespace farthing::store::postgres::schema_test
