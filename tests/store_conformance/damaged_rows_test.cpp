// SPDX-License-Identifier: Apache-2.0
// A database is outside: somebody may write to it, and its disk may fail. Bytes of every column
// that the store has encoded are flipped and cut off, one after another, and every call is made: a
// node refuses what it cannot read, says where, and goes on with everything else.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/await.hpp"
#include "base/check.hpp"
#include "base/digest.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/postgres_store.hpp"
#include "server/store/postgres/schema.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::damaged_rows_test {

using postgres::PostgresStore;

constexpr std::chrono::seconds kTimeout{60};
// A flip in every byte would take long; the places differ from column to column.
constexpr int kStride = 29;

const ApiKeyId kCaller{numbered_id(7)};

struct Column {
  std::string table;
  std::string name;
};

class DamagedPostgresRows : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("FARTHING_POSTGRES");
    ASSERT_NE(url, nullptr) << "run it by tests.support.postgres";
    connection_ = postgres::DatabaseConnection::connect(url).value();
    run("DROP SCHEMA IF EXISTS farthing CASCADE");
    ASSERT_TRUE(postgres::migrate(*connection_));
    postgres::PostgresOptions options;
    options.conninfo = url;
    options.clock = &clock_;
    options.on_event = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
    };
    store_ = PostgresStore::open(std::move(options)).value();
    for (OrganizationId* each : {&damaged_, &other_}) {
      *each = make_organization(*store_);
      ASSERT_TRUE(settle(*store_, grant(*each, "g", "100")));
    }
    // On a day of its own, so that the key has a record.
    ASSERT_TRUE(settle(*store_, charge_of_caller("y")));
    clock_.advance(std::chrono::days(1));
    const auto charged = settle(*store_, charge(damaged_, "c", "3"));
    ASSERT_TRUE(charged);
    charge_ = charged->entry.subject;
    ASSERT_TRUE(settle(*store_, refund("r", "1")));
    ASSERT_TRUE(settle(*store_, hold("h")));
    user_ = make_user(*store_, "ada@example.com");
    ASSERT_TRUE(join(*store_, damaged_, user_, directory::Role::OWNER));
    key_ = make_api_key(user_, "secret");
    admin_ = make_admin_key(*store_, "admin");
    ASSERT_TRUE(change(*store_, create_key()));
    other_user_ = make_user(*store_, "bob@example.com");
    other_key_ = make_api_key(other_user_, "other");
    ASSERT_TRUE(change(*store_, {.origin = {}, .action = directory::CreateApiKey{other_key_}}));
  }

  void run(const std::string& sql) {
    const auto done = connection_->run_script(sql, kTimeout);
    ASSERT_TRUE(done) << done.error().message << " in " << sql;
  }
  // Changed as by somebody, so that no node goes on with what it knew.
  void change_rows(const Column& column, const std::string& value) {
    run("UPDATE farthing." + column.table + " SET " + column.name + " = " + value +
        "; UPDATE farthing.directory_change SET number = number + 1");
  }

  ledger::Command refund(std::string key, std::string_view amount) const {
    ledger::Command command = charge(damaged_, std::move(key), amount);
    command.action = ledger::RefundCharge{.charge = charge_, .amount = credits(amount)};
    return command;
  }
  ledger::Command charge_of_caller(std::string key) const {
    ledger::Command command = charge(damaged_, std::move(key), "0.001");
    command.origin.caller_key = kCaller;
    command.caller_caps = std::make_shared<const ledger::SpendCaps>(
        ledger::SpendCaps{.day = {}, .month = {}, .total = credits("50")});
    return command;
  }
  ledger::Command hold(std::string key) const {
    ledger::Command command = charge(damaged_, std::move(key), "1");
    command.action = ledger::PlaceHold{.amount = credits("1"), .ttl = std::chrono::seconds(60)};
    return command;
  }
  directory::DirectoryCommand create_key() const {
    return {.origin = asked_by(admin_, "admin", "k", 1), .action = directory::CreateApiKey{key_}};
  }

  template <class T, class Call>
  void ask(Call call) {
    const auto answer = await<Result<T>>(call);
    if (!answer) ++refusals_;
  }

  // Every call that reads or changes what may be damaged. Each gives an answer.
  void ask_for_everything() {
    Store& store = *store_;
    const std::string number = std::to_string(++asked_);
    for (const ledger::Command& command :
         {charge(damaged_, "c", "3"), charge(damaged_, "c" + number, "0.001"),
          refund("r" + number, "0.001"), refund("r", "1"), hold("h" + number),
          charge_of_caller("y" + number)}) {
      ask<ledger::Outcome>([&](auto reply) { store.settle({command, std::move(reply)}); });
    }
    ask<ledger::Outcome>([&](auto reply) {
      store.settle({grant(damaged_, "a" + number, "1"), std::move(reply), directory::ActOrigin()});
    });
    ask<ledger::Balance>([&](auto reply) { store.read_balance(damaged_, std::move(reply)); });
    ask<CurrentState>([&](auto reply) { store.read_state(damaged_, std::move(reply)); });
    ask<CurrentSpending>(
        [&](auto reply) { store.read_spending(damaged_, kCaller, std::move(reply)); });
    ask<std::vector<std::optional<ledger::Record>>>(
        [&](auto reply) { store.read_records(damaged_, {charge_}, std::move(reply)); });
    ask<ledger::Outcome>([&](auto reply) { store.read_outcome(damaged_, "c", std::move(reply)); });
    ask<Page<ledger::Entry>>(
        [&](auto reply) { store.list_entries(damaged_, {}, {}, std::move(reply)); });
    ask<Page<ledger::GrantStatus>>(
        [&](auto reply) { store.list_grants(damaged_, {}, std::move(reply)); });
    ask<Page<ledger::ChargeStatus>>(
        [&](auto reply) { store.list_charges(damaged_, {}, std::move(reply)); });
    ask<Page<directory::AuditRecord>>(
        [&](auto reply) { store.list_audit_log({}, {}, std::move(reply)); });
    ask<std::optional<directory::Principal>>(
        [&](auto reply) { store.find_principal(sha256({"secret"}), std::move(reply)); });
    ask<directory::User>([&](auto reply) { store.read_user(user_, std::move(reply)); });
    ask<directory::Organization>(
        [&](auto reply) { store.read_organization(damaged_, std::move(reply)); });
    ask<directory::ApiKey>([&](auto reply) { store.read_api_key(key_.id, std::move(reply)); });
    ask<Page<directory::User>>([&](auto reply) { store.list_users({}, std::move(reply)); });
    ask<Page<directory::Organization>>(
        [&](auto reply) { store.list_organizations({}, {}, std::move(reply)); });
    ask<Page<directory::ApiKey>>(
        [&](auto reply) { store.list_api_keys({}, {}, std::move(reply)); });
    ask<Page<directory::Member>>(
        [&](auto reply) { store.list_members(damaged_, {}, std::move(reply)); });
    ask<directory::DirectoryOutcome>(
        [&](auto reply) { store.change(create_key(), std::move(reply)); });
    ask<directory::DirectoryOutcome>([&](auto reply) {
      store.change({.origin = {}, .action = directory::RenameOrganization{damaged_, "N"}},
                   std::move(reply));
    });
  }

  // Puts the schema's rows aside, and takes them back.
  static std::vector<std::string> tables() {
    return {"ledger_state",      "ledger_entry",           "ledger_record",
            "directory_user",    "directory_organization", "directory_membership",
            "directory_api_key", "directory_receipt",      "audit_record",
            "audit_head",        "ledger_spending"};
  }
  void save() {
    std::string sql;
    for (const std::string& table : tables()) {
      sql += "DROP TABLE IF EXISTS saved_" + table + "; CREATE TABLE saved_" + table +
             " AS SELECT * FROM farthing." + table + ";";
    }
    run(sql);
  }
  void restore() {
    std::string sql = "BEGIN;";
    for (const std::string& table : tables()) {
      sql += "DELETE FROM farthing." + table + "; INSERT INTO farthing." + table +
             " SELECT * FROM saved_" + table + ";";
    }
    run(sql + "UPDATE farthing.directory_change SET number = number + 1; COMMIT");
  }

  std::size_t count_lines() {
    const std::lock_guard lock(mutex_);
    return lines_.size();
  }

  ManualClock clock_{kStart};
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::unique_ptr<postgres::DatabaseConnection> connection_;
  std::unique_ptr<PostgresStore> store_;
  OrganizationId damaged_;
  OrganizationId other_;
  Id128 charge_;
  UserId user_;
  directory::ApiKey key_;
  directory::ApiKey admin_;
  UserId other_user_;
  directory::ApiKey other_key_;
  int asked_ = 0;
  int refusals_ = 0;
};

TEST_F(DamagedPostgresRows, ABatchSettlesTheOtherOrganizations) {
  run("UPDATE farthing.ledger_state SET state = '\\x00' WHERE organization_id = '" +
      [this] {
        std::string hex;
        for (const std::uint8_t byte : damaged_.value.bytes) {
          constexpr const char* kDigits = "0123456789abcdef";
          hex += {kDigits[byte >> 4], kDigits[byte & 15]};
        }
        return hex;
      }() +
      "'");
  const auto results = settle_all(*store_, {charge(damaged_, "c2", "1"), charge(other_, "c2", "1"),
                                            charge(damaged_, "c3", "1")});
  EXPECT_EQ(name_of(results[0]), "server_error");
  EXPECT_EQ(name_of(results[1]), "ok");
  EXPECT_EQ(name_of(results[2]), "server_error");
  EXPECT_EQ(available(*store_, other_), "99");
  const std::size_t told = count_lines();
  EXPECT_GT(told, 0U);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(name_of(settle(*store_, charge(damaged_, "d" + std::to_string(i), "1"))),
              "server_error");
  }
  EXPECT_EQ(count_lines(), told) << "the row is named once";
  const std::lock_guard lock(mutex_);
  EXPECT_NE(lines_.back().find("ledger_state of " + damaged_.to_string()), std::string::npos)
      << lines_.back();
}

// What was spent today cannot be added to a record that cannot be read.
TEST_F(DamagedPostgresRows, ADamagedRecordOfACallersKeyIsNotBookedOver) {
  ASSERT_TRUE(settle(*store_, charge_of_caller("today")));
  run("UPDATE farthing.ledger_spending SET record = '\\x00'");
  EXPECT_EQ(name_of(settle(*store_, charge_of_caller("refused"))), "server_error");
  EXPECT_EQ(name_of(settle(*store_, charge(damaged_, "of nobody", "1"))), "ok");
  clock_.advance(std::chrono::days(1));
  EXPECT_EQ(name_of(settle(*store_, charge(damaged_, "first", "1"))), "server_error");
  EXPECT_EQ(name_of(settle(*store_, charge(other_, "first", "1"))), "ok");
  const std::lock_guard lock(mutex_);
  EXPECT_NE(lines_.back().find("ledger_spending of " + kCaller.to_string()), std::string::npos)
      << lines_.back();
}

TEST_F(DamagedPostgresRows, ADamagedKeyIsTheTroubleOfItsUserOnly) {
  run("UPDATE farthing.directory_api_key SET record = '\\x01' WHERE secret_digest = "
      "sha256('secret'); UPDATE farthing.directory_change SET number = number + 1");
  const auto find = [this](std::string_view secret) {
    return await<Result<std::optional<directory::Principal>>>(
        [&](auto reply) { store_->find_principal(sha256({secret}), std::move(reply)); });
  };
  EXPECT_EQ(name_of(find("secret")), "server_error");
  const auto found = find("other");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->has_value());
}

// A number that is not there would let a revoked key live on in the memory of nodes.
TEST_F(DamagedPostgresRows, WithoutTheNumberOfChangesNoKeyIsBelieved) {
  run("DELETE FROM farthing.directory_change");
  const auto found = await<Result<std::optional<directory::Principal>>>(
      [&](auto reply) { store_->find_principal(sha256({"secret"}), std::move(reply)); });
  EXPECT_EQ(name_of(found), "server_error");
  EXPECT_EQ(name_of(change(*store_, create_key())), "server_error");
}

TEST_F(DamagedPostgresRows, WhateverIsDamagedTheNodeGoesOn) {
  save();
  for (const Column& column :
       {Column{"ledger_state", "state"}, Column{"ledger_entry", "stored"},
        Column{"ledger_record", "record"}, Column{"directory_user", "record"},
        Column{"directory_organization", "record"}, Column{"directory_membership", "record"},
        Column{"directory_api_key", "record"}, Column{"directory_receipt", "record"},
        Column{"audit_record", "record"}, Column{"audit_head", "hash"},
        Column{"ledger_spending", "record"}}) {
    SCOPED_TRACE(column.table);
    const std::string& name = column.name;
    const int before = refusals_;
    std::vector<std::string> values = {"''::bytea", "substr(" + name + ", 2)",
                                       "substr(" + name + ", 1, length(" + name + ") - 1)",
                                       name + " || '\\x00'"};
    for (int place = 0; place < 200; place += kStride) {
      const std::string at = std::to_string(place) + " % length(" + name + ")";
      values.push_back("set_byte(" + name + ", " + at + ", get_byte(" + name + ", " + at + ") # " +
                       (place % 2 == 0 ? "1" : "129") + ")");
    }
    for (const std::string& value : values) {
      change_rows(column, value);
      ask_for_everything();
      if (HasFatalFailure()) return;
      restore();
    }
    EXPECT_GT(refusals_, before);
    EXPECT_EQ(name_of(settle(*store_, charge(other_, "after " + column.table, "1"))), "ok");
  }
}

TEST_F(DamagedPostgresRows, WhateverIsMissingTheNodeGoesOn) {
  save();
  for (const std::string& table : tables()) {
    SCOPED_TRACE(table);
    run("DELETE FROM farthing." + table +
        "; UPDATE farthing.directory_change SET number = number + 1");
    ask_for_everything();
    restore();
    EXPECT_EQ(name_of(settle(*store_, charge(other_, "after " + table, "1"))), "ok");
  }
}

}  // namespace farthing::store::testing::damaged_rows_test
