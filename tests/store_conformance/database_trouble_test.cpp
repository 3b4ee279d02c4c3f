// SPDX-License-Identifier: Apache-2.0
// A database that answers and does not do what it is asked: somebody holds a lock, the disk is
// full, it is read-only, a right or a table is missing, the rows that everybody needs are damaged.
// The node says so at once and truly, answers everybody in time, and goes on when it is over.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/await.hpp"
#include "base/digest.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/postgres_store.hpp"
#include "server/store/postgres/schema.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::database_trouble_test {

using postgres::DatabaseConnection;
using postgres::PostgresStore;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr seconds kTimeout{60};
// How long the store may take; less than usual, so that the tests take less.
constexpr milliseconds kPatience{5'000};
// What an answer may take beyond that.
constexpr milliseconds kSlack{700};

struct Answered {
  Result<ledger::Outcome> result;
  Clock::duration after;
};

class DatabaseTrouble : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("FARTHING_POSTGRES");
    ASSERT_NE(url, nullptr) << "run it by tests.support.postgres";
    connection_ = DatabaseConnection::connect(url).value();
    run("DROP SCHEMA IF EXISTS farthing CASCADE");
    ASSERT_TRUE(postgres::migrate(*connection_));
    // The owner of tables has every right, and so has a superuser.
    run("DO $$ BEGIN CREATE ROLE node LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        " GRANT USAGE ON SCHEMA farthing TO node;"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA farthing TO node");
    postgres::PostgresOptions options;
    options.conninfo = std::string(url).replace(0, std::string_view("postgres://postgres@").size(),
                                                "postgres://node@");
    options.patience = kPatience;
    options.on_event = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
    };
    store_ = PostgresStore::open(std::move(options)).value();
    organization_ = make_organization(*store_);
    ASSERT_TRUE(settle(*store_, grant(organization_, "g", "1000")));
  }
  void TearDown() override {
    store_.reset();
    run("SET default_transaction_read_only = off");
    run("ALTER SYSTEM RESET default_transaction_read_only");
    run("ALTER ROLE node RESET ALL");
    run("SELECT pg_reload_conf()");
  }

  void run(const std::string& sql) { run(*connection_, sql); }
  static void run(DatabaseConnection& connection, const std::string& sql) {
    const auto done = connection.run_script(sql, kTimeout);
    ASSERT_TRUE(done) << done.error().message << " in " << sql;
  }
  // A transaction of somebody else's that has run `sql`. It ends with the connection.
  static std::unique_ptr<DatabaseConnection> begin(const std::string& sql) {
    auto other = DatabaseConnection::connect(std::getenv("FARTHING_POSTGRES")).value();
    run(*other, "SET idle_in_transaction_session_timeout = 0; BEGIN; " + sql);
    return other;
  }

  std::future<Answered> charge_later() {
    auto promise = std::make_shared<std::promise<Answered>>();
    auto answered = promise->get_future();
    store_->settle({charge(organization_, next_key(), "1"),
                    [promise, asked_at = Clock::now()](Result<ledger::Outcome> result) {
                      promise->set_value({std::move(result), Clock::now() - asked_at});
                    }});
    return answered;
  }
  Result<ledger::Outcome> charge_now() {
    return settle(*store_, charge(organization_, next_key(), "1"));
  }
  Result<directory::DirectoryOutcome> act() {
    return change(*store_, {.origin = {},
                            .action = directory::RenameOrganization{organization_, next_key()}});
  }
  std::string next_key() { return "k" + std::to_string(++asked_); }

  const Limitation* find(std::string_view name) {
    limitations_ = store_->limitations();
    const auto found = std::ranges::find(limitations_, name, &Limitation::name);
    return found == limitations_.end() ? nullptr : &*found;
  }
  template <class Predicate>
  static bool comes(Predicate predicate, milliseconds within) {
    for (const auto until = Clock::now() + within; Clock::now() < until;) {
      if (predicate()) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return predicate();
  }
  bool begins(std::string_view name, milliseconds within) {
    return comes([&] { return find(name) != nullptr; }, within);
  }
  bool ends(std::string_view name, milliseconds within) {
    return comes([&] { return find(name) == nullptr; }, within);
  }
  std::ptrdiff_t count_lines(std::string_view begin) {
    const std::lock_guard lock(mutex_);
    return std::ranges::count_if(lines_,
                                 [&](const std::string& line) { return line.starts_with(begin); });
  }

  // The trouble is told within a second, as everybody's and with its code, and over soon after
  // `mend`.
  template <class Ask, class Mend>
  void expect_database_errors(WorkSet refused, const std::string& code, Ask ask, Mend mend) {
    const auto answer = ask();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().message.find("cannot reach"), std::string::npos)
        << answer.error().message;
    ASSERT_TRUE(begins("database_errors", seconds(1)));
    const Limitation* told = find("database_errors");
    EXPECT_EQ(told->cause, Cause::shared);
    EXPECT_EQ(told->refused, refused);
    EXPECT_NE(told->message.find(code), std::string::npos) << told->message;
    EXPECT_EQ(find("database"), nullptr);
    mend();
    EXPECT_TRUE(comes([&] { return static_cast<bool>(ask()); }, seconds(5)));
    EXPECT_TRUE(ends("database_errors", milliseconds(1'500)));
    EXPECT_EQ(count_lines("database_errors"), 2);
  }

  std::unique_ptr<DatabaseConnection> connection_;
  std::mutex mutex_;  // guards `lines_`
  std::vector<std::string> lines_;
  std::unique_ptr<PostgresStore> store_;
  OrganizationId organization_;
  std::vector<Limitation> limitations_;
  int asked_ = 0;
};

constexpr WorkSet kActs = Work::acts | Work::protection;
constexpr WorkSet kMovements = Work::movements | Work::protection;

// Whoever waits behind what is stuck is answered in time, too.
TEST_F(DatabaseTrouble, ALockOfSomebodyElseIsToldAndHoldsNobodyUpForLong) {
  auto holder = begin("LOCK TABLE farthing.ledger_state IN ACCESS EXCLUSIVE MODE");
  std::vector<std::future<Answered>> answers;
  for (int i = 0; i < 5; ++i) {
    answers.push_back(charge_later());
    std::this_thread::sleep_for(milliseconds(300));
  }
  ASSERT_TRUE(begins("slow_writes", milliseconds(2'500)));
  EXPECT_EQ(find("slow_writes")->cause, Cause::node);
  EXPECT_TRUE(find("slow_writes")->refused.is_empty());
  for (int i = 0; i < 15; ++i) {
    answers.push_back(charge_later());
    std::this_thread::sleep_for(milliseconds(500));
    EXPECT_EQ(find("database"), nullptr);
  }
  for (auto& each : answers) {
    const Answered answered = each.get();
    ASSERT_FALSE(answered.result);
    EXPECT_EQ(name_of(answered.result), "unavailable");
    EXPECT_LT(answered.after, kPatience + kSlack);
    const std::string& words = answered.result.error().message;
    EXPECT_EQ(words.find("cannot reach"), std::string::npos) << words;
    EXPECT_NE(words.find("Nothing was booked"), std::string::npos) << words;
  }
  EXPECT_EQ(count_lines("slow_writes"), 1) << "one episode";
  holder.reset();
  EXPECT_TRUE(comes([&] { return static_cast<bool>(charge_now()); }, seconds(5)));
  EXPECT_TRUE(ends("slow_writes", seconds(8)));
  EXPECT_EQ(available(*store_, organization_), std::to_string(1'000 - 1));
}

// The thread that books what is due waits for the same lock, and the reads do.
TEST_F(DatabaseTrouble, ReadsThatALockHoldsUpAreToldAndAnsweredInTime) {
  const auto holder = begin("LOCK TABLE farthing.ledger_state IN ACCESS EXCLUSIVE MODE");
  const auto asked_at = Clock::now();
  std::promise<Result<ledger::Balance>> promise;
  store_->read_balance(organization_, [&](Result<ledger::Balance> balance) {
    promise.set_value(std::move(balance));
  });
  EXPECT_TRUE(begins("slow_writes", milliseconds(3'500)));
  const auto balance = promise.get_future().get();
  ASSERT_FALSE(balance);
  EXPECT_LT(Clock::now() - asked_at, kPatience + kSlack);
  EXPECT_EQ(balance.error().message.find("cannot"), std::string::npos) << balance.error().message;
  EXPECT_EQ(find("database"), nullptr);
}

// The movement that waited is booked when the lock goes in time.
TEST_F(DatabaseTrouble, ALockThatGoesInTimeRefusesNothing) {
  auto holder = begin("SELECT * FROM farthing.ledger_state FOR UPDATE");
  auto first = charge_later();
  std::this_thread::sleep_for(milliseconds(2'000));
  auto second = charge_later();
  std::this_thread::sleep_for(milliseconds(1'500));
  holder.reset();
  EXPECT_EQ(name_of(first.get().result), "ok");
  EXPECT_EQ(name_of(second.get().result), "ok");
}

TEST_F(DatabaseTrouble, AReadOnlyDatabaseRefusesWritesAndGoesOnReading) {
  run("ALTER SYSTEM SET default_transaction_read_only = on");
  run("SELECT pg_reload_conf()");
  ASSERT_TRUE(comes([&] { return !charge_now(); }, seconds(1)));
  ASSERT_TRUE(begins("database_writes", seconds(1)));
  EXPECT_EQ(find("database_writes")->cause, Cause::shared);
  EXPECT_EQ(find("database_writes")->refused, WorkSet::writes());
  for (int i = 0; i < 10; ++i) {
    const auto asked_at = Clock::now();
    const auto refused = charge_now();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("lets nothing be written"), std::string::npos)
        << refused.error().message;
    EXPECT_LT(Clock::now() - asked_at, seconds(1)) << "it is known";
    EXPECT_TRUE(read_balance(*store_, organization_));
    EXPECT_EQ(store_->limitations().size(), 1U);
  }
  EXPECT_EQ(count_lines("database"), 1);
  run("SET default_transaction_read_only = off");
  run("ALTER SYSTEM RESET default_transaction_read_only");
  run("SELECT pg_reload_conf()");
  EXPECT_TRUE(ends("database_writes", seconds(5))) << "by itself";
  EXPECT_EQ(name_of(charge_now()), "ok");
  EXPECT_EQ(count_lines("database"), 2);
}

// A node of before must not read what later programs write.
TEST_F(DatabaseTrouble, ADatabaseThatALaterProgramHasMigratedIsNotUsed) {
  ASSERT_EQ(name_of(charge_now()), "ok");
  run("INSERT INTO farthing.schema_migration (number, name) VALUES (1000, 'later')");
  run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
      " WHERE pid <> pg_backend_pid() AND usename = 'node'");
  ASSERT_TRUE(comes([&] { return !charge_now(); }, seconds(1)));
  ASSERT_TRUE(begins("database", seconds(2)));
  EXPECT_EQ(find("database")->cause, Cause::node);
  EXPECT_NE(find("database")->message.find("migration 1000"), std::string::npos)
      << find("database")->message;
  EXPECT_FALSE(read_balance(*store_, organization_));
  run("DELETE FROM farthing.schema_migration WHERE number = 1000");
  EXPECT_TRUE(comes([&] { return static_cast<bool>(charge_now()); }, seconds(5)));
  EXPECT_TRUE(ends("database", seconds(5)));
}

// A small write finds room on a full disk, and a batch does not.
TEST_F(DatabaseTrouble, AFullDiskIsOneEpisode) {
  run("CREATE FUNCTION farthing.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE"
      " EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;"
      " CREATE TRIGGER no_room BEFORE INSERT ON farthing.ledger_entry EXECUTE FUNCTION"
      " farthing.no_room()");
  const auto begin_at = Clock::now();
  while (Clock::now() - begin_at < seconds(7)) {
    const auto refused = charge_now();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("lets nothing be written"), std::string::npos);
    EXPECT_NE(find("database_writes"), nullptr);
    std::this_thread::sleep_for(milliseconds(100));
  }
  EXPECT_EQ(find("database_writes")->refused, WorkSet::writes());
  EXPECT_EQ(count_lines("database_writes"), 1);
  EXPECT_EQ(find("database_errors"), nullptr);
  run("DROP TRIGGER no_room ON farthing.ledger_entry; DROP FUNCTION farthing.no_room");
  EXPECT_TRUE(ends("database_writes", seconds(5))) << "by itself";
  EXPECT_EQ(name_of(charge_now()), "ok");
}

TEST_F(DatabaseTrouble, AMissingRightIsTold) {
  run("REVOKE INSERT ON farthing.ledger_entry FROM node");
  expect_database_errors(
      kMovements, "42501", [this] { return charge_now(); },
      [this] { run("GRANT INSERT ON farthing.ledger_entry TO node"); });
}

TEST_F(DatabaseTrouble, AMissingTableIsTold) {
  run("ALTER TABLE farthing.ledger_record RENAME TO elsewhere");
  expect_database_errors(
      kMovements, "42P01",
      [this] {
        ledger::Command command = charge(organization_, next_key(), "1");
        command.action = ledger::RefundCharge{.charge = numbered_id(1), .amount = credits("1")};
        auto refused = settle(*store_, std::move(command));
        // No such charge: the database was asked, and what follows can be booked.
        if (name_of(refused) == "not_found") return charge_now();
        return refused;
      },
      [this] { run("ALTER TABLE farthing.elsewhere RENAME TO ledger_record"); });
}

// On a busy machine any statement may take some hundred milliseconds; only the slow one is to time
// out.
TEST_F(DatabaseTrouble, ATimeoutOfStatementsIsTold) {
  run("CREATE FUNCTION farthing.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM"
      " pg_sleep(5); RETURN NEW; END $$; CREATE TRIGGER slow BEFORE INSERT ON"
      " farthing.ledger_entry EXECUTE FUNCTION farthing.slow();"
      " ALTER ROLE node SET statement_timeout = '1500ms';"
      " SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'node'");
  ASSERT_TRUE(
      comes([&] { return static_cast<bool>(read_balance(*store_, organization_)); }, seconds(5)));
  expect_database_errors(
      kMovements, "57014", [this] { return charge_now(); },
      [this] { run("DROP TRIGGER slow ON farthing.ledger_entry"); });
}

TEST_F(DatabaseTrouble, WithoutTheNumberOfChangesReadsAreRefusedAndThatIsTold) {
  run("CREATE TABLE farthing.saved AS SELECT * FROM farthing.directory_change;"
      " DELETE FROM farthing.directory_change");
  expect_database_errors(
      Work::reads, "directory_change has no row",
      [this] {
        return await<Result<std::optional<directory::Principal>>>(
            [&](auto reply) { store_->find_principal(sha256({"nobody"}), std::move(reply)); });
      },
      [this] { run("INSERT INTO farthing.directory_change SELECT * FROM farthing.saved"); });
}

// A coordinator of Citus passes on that it lost a worker as an error of a statement.
TEST_F(DatabaseTrouble, AWorkerThatIsLostStopsItsOwnOrganizationsOnly) {
  const OrganizationId other = make_organization(*store_);
  ASSERT_TRUE(settle(*store_, grant(other, "g", "1000")));
  run("CREATE FUNCTION farthing.lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
      " 'connection to the remote node failed' USING ERRCODE = '08006'; END $$;"
      " CREATE TRIGGER lose BEFORE INSERT ON farthing.ledger_entry FOR EACH ROW WHEN"
      " (NEW.organization_id = '" +
      to_hex(organization_.value.as_bytes()) + "') EXECUTE FUNCTION farthing.lose()");
  const auto asked_at = Clock::now();
  const auto refused = charge_now();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_NE(refused.error().message.find("The part of the server's database that has this"),
            std::string::npos);
  EXPECT_NE(refused.error().message.find("Nothing was booked"), std::string::npos);
  EXPECT_LT(Clock::now() - asked_at, kPatience / 2) << "others wait behind it";
  EXPECT_EQ(name_of(settle(*store_, charge(other, next_key(), "1"))), "ok");
  ASSERT_TRUE(begins("database_worker", seconds(1)));
  EXPECT_EQ(find("database_worker")->refused, WorkSet());
  EXPECT_EQ(find("database"), nullptr);
  EXPECT_EQ(find("database_errors"), nullptr);
  run("DROP TRIGGER lose ON farthing.ledger_entry");
  EXPECT_EQ(name_of(charge_now()), "ok");
  EXPECT_TRUE(ends("database_worker", seconds(5)));
}

// Citus answers so when a worker was lost during a COMMIT, which may have happened there.
TEST_F(DatabaseTrouble, ACommitThatWarnsAndFailsIsInDoubt) {
  run("CREATE FUNCTION farthing.doubt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING"
      " 'failed to commit transaction'; RAISE EXCEPTION 'could not commit transaction for shard'"
      " USING ERRCODE = 'XX000'; END $$;"
      " CREATE CONSTRAINT TRIGGER doubt AFTER INSERT ON farthing.ledger_entry"
      " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION farthing.doubt()");
  const auto doubted = charge_now();
  ASSERT_FALSE(doubted);
  EXPECT_EQ(doubted.error().code, ErrorCode::unavailable);
  EXPECT_NE(doubted.error().message.find("cannot tell whether this was booked"), std::string::npos)
      << doubted.error().message;
  run("DROP TRIGGER doubt ON farthing.ledger_entry");
  EXPECT_EQ(name_of(charge_now()), "ok");
}

struct DamageOfHead {
  std::string table;
  std::string number;  // what it becomes
  std::string told;
};

class DamagedHead : public DatabaseTrouble, public ::testing::WithParamInterface<DamageOfHead> {};

TEST_P(DamagedHead, IsAServerErrorForActsAndTold) {
  const DamageOfHead& damage = GetParam();
  ASSERT_TRUE(act());
  const std::string table = "farthing." + damage.table;
  run("CREATE TABLE farthing.saved AS SELECT * FROM " + table + "; UPDATE " + table +
      " SET number = " + damage.number);
  EXPECT_EQ(name_of(act()), "server_error");
  EXPECT_EQ(name_of(charge_now()), "ok") << "movements go on";
  expect_database_errors(
      kActs, damage.told, [this] { return act(); },
      [&] {
        run("DELETE FROM " + table + "; INSERT INTO " + table + " SELECT * FROM farthing.saved");
      });
}

INSTANTIATE_TEST_SUITE_P(
    All, DamagedHead,
    ::testing::Values(DamageOfHead{"audit_head", "number - 1", "23505"},
                      DamageOfHead{"audit_head", "-1", "audit_head cannot be read"},
                      DamageOfHead{"audit_head", "9223372036854775807", "audit_head cannot"},
                      DamageOfHead{"directory_change", "9223372036854775807", "22003"}));

}  // namespace farthing::store::testing::database_trouble_test
