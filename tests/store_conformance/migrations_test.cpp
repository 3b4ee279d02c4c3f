// SPDX-License-Identifier: Apache-2.0
// Migrations on a real database, by lists that are longer than the program's own: who may go on
// serving beside them, and what waits until no node of before is left. On PostgreSQL when
// FARTHING_POSTGRES names one, and on Citus when FARTHING_CITUS does. Their content is lost.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/database_reader.hpp"
#include "server/store/postgres/postgres_store.hpp"
#include "server/store/postgres/schema.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::migrations_test {

using postgres::DatabaseConnection;
using postgres::Migration;
using postgres::Migrations;
using postgres::PostgresStore;
using postgres::Spread;

const std::int64_t kLast = postgres::all_migrations().back().number;

// Returns this program's migrations and more, as a later program knows them.
std::vector<Migration> later_migrations(std::initializer_list<Migration> more) {
  const Migrations own = postgres::all_migrations();
  std::vector<Migration> all(own.begin(), own.end());
  all.insert(all.end(), more);
  return all;
}

const Migration kWithRest{
    .number = kLast + 1,
    .name = "with_rest",
    .nodes_from = kLast,
    .sql =
        "ALTER TABLE farthing.ledger_state ADD COLUMN tried bigint; UPDATE farthing.ledger_state "
        "SET tried = 1;",
    .finish =
        "ALTER TABLE farthing.ledger_state ALTER COLUMN tried SET DEFAULT 7; UPDATE "
        "farthing.ledger_state SET tried = 7; ALTER TABLE farthing.ledger_state ALTER COLUMN "
        "tried SET NOT NULL;"};
const Migration kBesideNobody{.number = kLast + 1,
                              .name = "beside_nobody",
                              .nodes_from = kLast + 1,
                              .sql = "ALTER TABLE farthing.ledger_state ADD COLUMN other bigint;"};
const Migration kNext{.number = kLast + 2,
                      .name = "next",
                      .nodes_from = kLast,
                      .sql = "ALTER TABLE farthing.ledger_state ADD COLUMN next bigint;"};

struct Kind {
  std::string name;
  const char* url = nullptr;
  Spread spread{};
};

std::vector<Kind> all_kinds() {
  std::vector<Kind> kinds;
  if (const char* url = std::getenv("FARTHING_POSTGRES")) {
    kinds.push_back({"Postgres", url, Spread::as_it_is});
  }
  if (const char* url = std::getenv("FARTHING_CITUS")) {
    kinds.push_back({"Citus", url, Spread::by_citus});
  }
  return kinds;
}

class MigrationsOnADatabase : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    connection_ = connect();
    ASSERT_TRUE(connection_->run_script("DROP SCHEMA IF EXISTS farthing CASCADE", kTimeout));
  }

  static std::unique_ptr<DatabaseConnection> connect() {
    auto connection = DatabaseConnection::connect(GetParam().url);
    CHECK(connection);
    return *std::move(connection);
  }
  postgres::Checked<postgres::Migrated> migrate(Migrations known) {
    return postgres::migrate(*connection_, GetParam().spread, known);
  }
  // Migrates to what this program knows, and makes an organization.
  void make_store() {
    const auto migrated = migrate(postgres::all_migrations());
    ASSERT_TRUE(migrated) << migrated.error().message;
    const auto store = serve();
    ASSERT_TRUE(store) << store.error().message;
    organization_ = make_organization(**store);
  }
  // Opens a store as a node of this program does.
  static Result<std::unique_ptr<PostgresStore>> serve() {
    return PostgresStore::open({.conninfo = GetParam().url});
  }
  std::int64_t number(const char* sql) {
    const postgres::Statement statement{.sql = sql};
    const std::array calls = {postgres::Call{statement}};
    const auto rows = connection_->run(calls, kTimeout);
    CHECK(rows);
    return rows->front().number(0, 0);
  }

  static constexpr std::chrono::milliseconds kTimeout{60'000};
  std::unique_ptr<DatabaseConnection> connection_;
  OrganizationId organization_;
};

TEST_P(MigrationsOnADatabase, LeaveNodesOfBeforeServingBesideThem) {
  make_store();
  const auto running = serve();
  ASSERT_TRUE(running);
  const auto all = later_migrations({kWithRest});
  const auto migrated = migrate(all);
  ASSERT_TRUE(migrated) << migrated.error().message;
  EXPECT_EQ(migrated->before, kLast);
  EXPECT_EQ(migrated->applied, 1);
  EXPECT_EQ(migrated->nodes_from, kLast);
  EXPECT_EQ(migrated->unfinished, std::vector{kLast + 1});
  EXPECT_TRUE(settle(**running, grant(organization_, "a", "5")));
  const auto started = serve();
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_TRUE(settle(**started, charge(organization_, "b", "1")));
  // A node that runs `store migrate` before it starts finds nothing to do.
  const auto again = migrate(postgres::all_migrations());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->applied, 0);
  // A tool reads and writes all tables, and this program does not know all.
  EXPECT_NE(postgres::find_schema_fault(*connection_)->find("run the program that has migrated it"),
            std::string::npos);
}

TEST_P(MigrationsOnADatabase, RefuseNodesThatTheyDoNotName) {
  make_store();
  const auto migrated = migrate(later_migrations({kBesideNobody}));
  ASSERT_TRUE(migrated) << migrated.error().message;
  EXPECT_EQ(migrated->nodes_from, kLast + 1);
  EXPECT_TRUE(migrated->unfinished.empty());
  const auto refused = serve();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("migration " + std::to_string(kLast + 1)),
            std::string::npos)
      << refused.error().message;
  EXPECT_FALSE(migrate(postgres::all_migrations()));
  // A migration that would bear them does not take that back.
  ASSERT_TRUE(migrate(later_migrations({kBesideNobody, kNext})));
  EXPECT_FALSE(serve());
}

// A node that is connected goes on until it connects anew.
TEST_P(MigrationsOnADatabase, AreLookedAtWheneverANodeConnects) {
  make_store();
  const auto running = serve();
  ASSERT_TRUE(running);
  ASSERT_TRUE(settle(**running, grant(organization_, "a", "5")));
  ASSERT_TRUE(migrate(later_migrations({kBesideNobody})));
  ASSERT_TRUE(connection_->run_script(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE "
      "'farthing/%' AND pid <> pg_backend_pid() AND datname = current_database()",
      kTimeout));
  const auto refused = settle(**running, charge(organization_, "b", "1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
}

TEST_P(MigrationsOnADatabase, AreFinishedWhenNoNodeOfBeforeIsLeft) {
  make_store();
  const auto all = later_migrations({kWithRest});
  ASSERT_FALSE(postgres::finish(*connection_, all)) << "it is not applied yet";
  ASSERT_TRUE(migrate(all));
  {
    const auto running = serve();
    ASSERT_TRUE(running);
    ASSERT_TRUE(settle(**running, grant(organization_, "a", "5")));
    const auto refused = postgres::finish(*connection_, all);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("stop them first"), std::string::npos)
        << refused.error().message;
    EXPECT_EQ(number("SELECT tried FROM farthing.ledger_state LIMIT 1"), 1);
  }
  // Connections of what has ended may be seen for a moment longer.
  const auto deadline = std::chrono::steady_clock::now() + kTimeout;
  auto finished = postgres::finish(*connection_, all);
  while (!finished && std::chrono::steady_clock::now() < deadline) {
    finished = postgres::finish(*connection_, all);
  }
  ASSERT_TRUE(finished) << finished.error().message;
  EXPECT_EQ(*finished, std::vector{kLast + 1});
  EXPECT_EQ(number("SELECT tried FROM farthing.ledger_state LIMIT 1"), 7);
  const auto again = postgres::finish(*connection_, all);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->empty());
  EXPECT_FALSE(serve()) << "it could not bear what is finished";
  EXPECT_EQ(*postgres::find_schema_fault(*connection_, Unfinished::refused,
                                         postgres::Later::refused, all),
            std::string());
}

TEST_P(MigrationsOnADatabase, GoOnBehindOneThatIsNotFinished) {
  make_store();
  ASSERT_TRUE(migrate(later_migrations({kWithRest})));
  const auto all = later_migrations({kWithRest, kNext});
  const auto migrated = migrate(all);
  ASSERT_TRUE(migrated) << migrated.error().message;
  EXPECT_EQ(migrated->applied, 1);
  EXPECT_EQ(migrated->nodes_from, kLast);
  EXPECT_EQ(migrated->unfinished, std::vector{kLast + 1});
  EXPECT_FALSE(postgres::finish(*connection_, later_migrations({kWithRest})))
      << "a program that does not know all must not finish";
  const auto finished = postgres::finish(*connection_, all);
  ASSERT_TRUE(finished) << finished.error().message;
  EXPECT_EQ(*finished, std::vector{kLast + 1});
}

TEST_P(MigrationsOnADatabase, AreFinishedAtOnceInAnEmptyDatabase) {
  const auto all = later_migrations({kWithRest});
  const auto migrated = migrate(all);
  ASSERT_TRUE(migrated) << migrated.error().message;
  EXPECT_EQ(migrated->before, 0);
  EXPECT_TRUE(migrated->unfinished.empty());
  EXPECT_EQ(migrated->nodes_from, kLast + 1);
  EXPECT_TRUE(postgres::finish(*connection_, all)->empty());
}

INSTANTIATE_TEST_SUITE_P(Databases, MigrationsOnADatabase, ::testing::ValuesIn(all_kinds()),
                         [](const auto& each) { return each.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MigrationsOnADatabase);

}  // namespace farthing::store::testing::migrations_test
