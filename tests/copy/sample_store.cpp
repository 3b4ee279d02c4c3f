// SPDX-License-Identifier: Apache-2.0
#include "tests/copy/sample_store.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "base/await.hpp"
#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/postgres_store.hpp"
#include "server/store/postgres/schema.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::copy::testing {
namespace {

using store::testing::charge;
using store::testing::credits;
using store::testing::grant;
using store::testing::make_organization;
using store::testing::settle;
using store::testing::settle_all;

constexpr std::chrono::milliseconds kTimeout{60'000};
constexpr int kCharges = 1'500;

const char* database_url() { return std::getenv("FARTHING_POSTGRES"); }

std::unique_ptr<store::postgres::DatabaseConnection> connect() {
  auto connection = store::postgres::DatabaseConnection::connect(database_url());
  CHECK(connection);
  return *std::move(connection);
}

ledger::Command act(OrganizationId organization, std::string key, ledger::Action action) {
  ledger::Command command = charge(organization, std::move(key), "1");
  command.action = std::move(action);
  return command;
}

Id128 subject_of(const Result<ledger::Outcome>& outcome) {
  CHECK(outcome);
  return outcome->entry.subject;
}

void fill_directory(store::Store& store, OrganizationId organization) {
  const UserId ada = store::testing::make_user(store, "Ada@Example.com");
  const UserId bob = store::testing::make_user(store, "bob@example.com");
  CHECK(store::testing::join(store, organization, ada, directory::Role::OWNER));
  CHECK(store::testing::join(store, organization, bob));
  directory::ApiKey key = store::testing::make_api_key(ada, "one");
  key.scopes.add(directory::Scope::service);
  key.expires_at = Instant::from_us(1'900'000'000'000'000);
  key.spend_caps = {.day = credits("10"), .month = {}, .total = credits("0.000000001")};
  // With a key of its own, so that there is a receipt.
  const directory::ApiKey admin = store::testing::make_admin_key(store, "admin");
  CHECK(
      store::testing::change(store, {.origin = store::testing::asked_by(admin, "admin", "make", 1),
                                     .action = directory::CreateApiKey{key}}));
  const directory::ApiKey revoked = store::testing::make_api_key(bob, "two");
  CHECK(store::testing::change(store, {.origin = {}, .action = directory::CreateApiKey{revoked}}));
  CHECK(
      store::testing::change(store, {.origin = {}, .action = directory::RevokeApiKey{revoked.id}}));
  CHECK(store::testing::change(
      store, {.origin = {},
              .action = directory::RotateApiKey{.key = key.id,
                                                .secret_digest = sha256("one again"),
                                                .hint = "sk-5678...efgh",
                                                .overlap = std::chrono::hours(24)}}));
  const UserId eve = store::testing::make_user(store, "eve@example.com");
  CHECK(store::testing::join(store, organization, eve));
  CHECK(store::testing::change(
      store, {.origin = {},
              .action = directory::CreateApiKey{store::testing::make_api_key(eve, "three")}}));
  CHECK(store::testing::change(
      store, {.origin = store::testing::asked_by(admin, "admin", "make user", 1),
              .action = directory::CreateUser{
                  {.id = {store::testing::numbered_id(5)}, .email = "gone@example.com"}}}));
  for (const UserId gone : {eve, UserId{store::testing::numbered_id(5)}}) {
    CHECK(store::testing::change(store, {.origin = {}, .action = directory::EraseUser{gone}}));
  }
  CHECK(await<Result<Done>>([&](auto reply) {
    store.note_key_uses({{.key = key.id, .at = store::testing::kStart}}, reply);
  }));
}

// Every kind of entry.
void fill_ledger(store::Store& store, OrganizationId organization) {
  const auto terms =
      ledger::GrantTerms{.effective_at = test_clock().now().plus(std::chrono::seconds(5)),
                         .expires_at = test_clock().now().plus(std::chrono::seconds(10))};
  CHECK(settle(store, grant(organization, "short", "3", terms)));
  const Id128 granted = subject_of(settle(store, grant(organization, "void it", "7")));
  // For a caller, whose spending is counted to the end of what it began.
  ledger::Command hold = act(organization, "hold", ledger::PlaceHold{.amount = credits("30")});
  hold.origin.caller_key = ApiKeyId{store::testing::numbered_id(3)};
  const Id128 held = subject_of(settle(store, std::move(hold)));
  CHECK(settle(store, act(organization, "extend",
                          ledger::ExtendHold{.hold = held, .ttl = std::chrono::hours(1)})));
  const Id128 captured = subject_of(settle(
      store, act(organization, "capture",
                 ledger::CaptureHold{.hold = held, .amount = credits("4"), .is_final = false})));
  CHECK(settle(store, act(organization, "refund",
                          ledger::RefundCharge{.charge = captured, .amount = credits("1.5")})));
  CHECK(settle(store, act(organization, "release", ledger::ReleaseHold{.hold = held})));
  CHECK(settle(store, act(organization, "void", ledger::VoidGrant{.grant = granted})));
  // Both ends of the short grant fall due, and what the caller has spent is of a day that is over.
  test_clock().set(test_clock().now().plus(std::chrono::days(1)));
  ledger::Command last = charge(organization, "last", "1");
  last.origin.operation = "image";
  last.origin.erasable.metadata = R"({"order":"7"})";
  last.origin.erasable.reason = "goodwill";
  last.origin.erasable.salt = {1, 2, 3};
  last.origin.tags = {{.name = "project", .value = "blue"}};
  CHECK(settle(store, last));
}

void fill_owing(store::Store& store, OrganizationId organization) {
  CHECK(
      settle(store, act(organization, "limit", ledger::SetOverdraftLimit{.limit = credits("50")})));
  CHECK(settle(store, charge(organization, "owing", "20")));
  CHECK(settle(store, grant(organization, "repays", "5")));
}

std::string text_of(const store::postgres::Rows& rows, std::size_t row, int column = 0) {
  return std::string(rows.bytes(row, column));
}

}  // namespace

ManualClock& test_clock() {
  static ManualClock clock(store::testing::kStart);
  return clock;
}

Sample fill(store::Store& store) {
  Sample sample{.busy = make_organization(store),
                .owing = make_organization(store),
                .empty = make_organization(store),
                .charge = {}};
  fill_directory(store, sample.busy);
  CHECK(settle(store, grant(sample.busy, "g", "10000")));
  std::vector<ledger::Command> commands;
  for (int i = 0; i < kCharges; ++i) {
    commands.push_back(charge(sample.busy, "c" + std::to_string(i), "0.5"));
  }
  sample.charge = commands.front();
  std::vector<ledger::Command> some;
  for (ledger::Command& command : commands) {
    some.push_back(std::move(command));
    if (some.size() < 500) continue;
    for (const auto& settled : settle_all(store, std::exchange(some, {}))) CHECK(settled);
  }
  fill_ledger(store, sample.busy);
  fill_owing(store, sample.owing);
  return sample;
}

std::unique_ptr<store::Store> open_directory(const std::filesystem::path& directory) {
  auto opened =
      store::embedded::RocksdbStore::open({.directory = directory, .clock = &test_clock()});
  CHECK(opened);
  return *std::move(opened);
}

std::unique_ptr<store::Store> open_database() {
  auto opened =
      store::postgres::PostgresStore::open({.conninfo = database_url(), .clock = &test_clock()});
  CHECK(opened);
  return *std::move(opened);
}

bool has_database() { return database_url() != nullptr; }

app::StoreLocation empty_database() {
  const auto connection = connect();
  CHECK(connection->run_script("DROP SCHEMA IF EXISTS farthing CASCADE", kTimeout));
  CHECK(store::postgres::migrate(*connection));
  return database();
}

app::StoreLocation database() {
  return {.data = {}, .database = Secret(std::string(database_url()))};
}

app::StoreLocation directory(const std::filesystem::path& path) {
  return {.data = path, .database = {}};
}

Dump dump_directory(const std::filesystem::path& directory) {
  Dump dump;
  const auto database = store::embedded::Database::open_to_read(directory / "rocksdb", {});
  CHECK(database);
  for (std::size_t i = 0; i < store::embedded::kFamilies; ++i) {
    const auto family = static_cast<store::embedded::Family>(i);
    if (family == store::embedded::Family::meta) continue;
    auto& pairs = dump["family " + std::to_string(i)];
    CHECK((*database)->scan(family, {}, {}, [&](std::string_view key, std::string_view value) {
      pairs.push_back(to_hex(key) + " " + to_hex(value));
      return true;
    }));
  }
  return dump;
}

Dump dump_database() {
  using store::postgres::Call;
  using store::postgres::Statement;
  constexpr Statement kTables{
      .sql =
          "SELECT convert_to(table_name, 'UTF8') FROM information_schema.tables"
          " WHERE table_schema = 'farthing'"
          " AND table_name NOT IN ('schema_migration', 'directory_change', 'store_clock')"};
  const auto connection = connect();
  const auto tables = connection->run(std::array{Call{kTables}}, kTimeout);
  CHECK(tables);
  Dump dump;
  for (std::size_t i = 0; i < tables->front().size(); ++i) {
    const std::string name = text_of(tables->front(), i);
    const std::string sql =
        "SELECT convert_to(t::text, 'UTF8') FROM farthing." + name + " t ORDER BY 1";
    const Statement read{.sql = sql.c_str()};
    const auto rows = connection->run(std::array{Call{read}}, kTimeout);
    CHECK(rows);
    auto& lines = dump[name];
    for (std::size_t row = 0; row < rows->front().size(); ++row) {
      lines.push_back(text_of(rows->front(), row));
    }
  }
  return dump;
}

std::vector<std::string> query(const std::string& sql) {
  const store::postgres::Statement statement{.sql = sql.c_str()};
  const auto rows = connect()->run(std::array{store::postgres::Call{statement}}, kTimeout);
  CHECK(rows);
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < rows->front().size(); ++row) {
    lines.push_back(text_of(rows->front(), row));
  }
  return lines;
}

void run_sql(const std::string& sql) { CHECK(connect()->run_script(sql, kTimeout)); }

}  // namespace farthing::copy::testing
