// SPDX-License-Identifier: Apache-2.0
// Whole stores copied from one kind to the other and back: nothing is lost, nothing is doubled, and
// whatever happens in between, the same copy goes on. Needs a PostgreSQL.
#include "offline/copy/copy.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "base/await.hpp"
#include "base/check.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "server/store/past_state.hpp"
#include "server/store/postgres/postgres_store.hpp"
#include "tests/copy/sample_store.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::copy::testing::copy_test {

namespace fs = std::filesystem;
using store::testing::charge;
using store::testing::settle;

class Copies : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(has_database()) << "run it by tests.support.postgres";
    sample_ = fill(*open_directory(first_));
  }

  static Result<CopyReport> copy(const app::StoreLocation& from, const app::StoreLocation& to) {
    return copy_store(from, to, {.batch_records = 3, .batch_entries = 400, .on_progress = {}});
  }
  static void expect_copied(const app::StoreLocation& from, const app::StoreLocation& to) {
    const auto copied = copy(from, to);
    ASSERT_TRUE(copied) << copied.error().message;
  }
  // "" when it was copied.
  static std::string refusal(const app::StoreLocation& from, const app::StoreLocation& to) {
    const auto copied = copy(from, to);
    return copied ? "" : copied.error().message;
  }

  store::testing::TemporaryDirectory folder_;
  const fs::path first_ = folder_.path() / "first";
  const fs::path second_ = folder_.path() / "second";
  Sample sample_;
};

TEST_F(Copies, ThereAndBackAgainIsTheSameToTheLastByte) {
  expect_copied(directory(first_), empty_database());
  const Dump tables = dump_database();
  expect_copied(database(), directory(second_));
  EXPECT_EQ(dump_directory(second_), dump_directory(first_));
  expect_copied(directory(second_), empty_database());
  EXPECT_EQ(dump_database(), tables);
  // What a sample without anything in some table would prove is nothing.
  for (const auto& [name, rows] : tables) EXPECT_FALSE(rows.empty()) << name;
}

TEST_F(Copies, TellsWhatItHasCopied) {
  const auto copied = copy(directory(first_), empty_database());
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_FALSE(copied->was_resumed);
  EXPECT_EQ(copied->content.counts.organizations, 3U);
  EXPECT_EQ(copied->content.heads.size(), 3U);
  EXPECT_EQ(copied->content.directory.users, 5U);
  EXPECT_EQ(copied->content.directory.api_keys, 4U);
}

// The same answers, from either.
TEST_F(Copies, TheCopyGoesOnWhereTheSourceWas) {
  expect_copied(directory(first_), empty_database());
  const auto first = open_directory(first_);
  const auto second = open_database();
  for (const OrganizationId organization : {sample_.busy, sample_.owing, sample_.empty}) {
    EXPECT_EQ(store::testing::available(*second, organization),
              store::testing::available(*first, organization));
  }
  const auto at = [&](store::Store& store) {
    const auto past = await<Result<store::CurrentState>>([&](auto reply) {
      store::read_state_at(store, sample_.busy,
                           store::testing::kStart.plus(std::chrono::seconds(7)), reply);
    });
    return past ? past->state.balance.available.to_string() : past.error().message;
  };
  EXPECT_EQ(at(*second), at(*first));
  std::vector<Digest> hashes;
  for (store::Store* store : {first.get(), second.get()}) {
    const auto again = settle(*store, sample_.charge);
    ASSERT_TRUE(again && again->is_replayed);
    hashes.push_back(again->entry.hash);
    ledger::Command other = charge(sample_.busy, sample_.charge.origin.idempotency_key, "0.7");
    EXPECT_EQ(store::testing::name_of(settle(*store, other)), "idempotency_key_reused");
    const auto next = settle(*store, charge(sample_.busy, "next", "2"));
    ASSERT_TRUE(next);
    hashes.push_back(next->entry.hash);
    const auto principal = await<Result<std::optional<directory::Principal>>>(
        [&](auto reply) { store->find_principal(sha256("one"), reply); });
    ASSERT_TRUE(principal && *principal);
    EXPECT_TRUE((*principal)->key->scopes.allows(directory::Scope::service));
    EXPECT_TRUE((*principal)->is_previous_secret);
    const auto uses = await<Result<std::vector<std::optional<Instant>>>>(
        [&](auto reply) { store->read_key_uses({(*principal)->key->id}, reply); });
    ASSERT_TRUE(uses);
    EXPECT_EQ(uses->front(), store::testing::kStart);
  }
  EXPECT_EQ(hashes[2], hashes[0]);
  EXPECT_EQ(hashes[3], hashes[1]);
}

// What the journal has beyond the database goes over, too.
TEST_F(Copies, AStoreThatWasKilledIsCopiedWhole) {
  const fs::path killed = folder_.path() / "killed";
  {
    const auto store = open_directory(first_);
    ASSERT_TRUE(settle(*store, charge(sample_.busy, "fresh", "1")));
    ASSERT_TRUE(
        settle(*store, charge(store::testing::make_organization(*store), "x", "1")).error().code ==
        ErrorCode::insufficient_credits);
    fs::copy(first_, killed, fs::copy_options::recursive);
  }
  expect_copied(directory(killed), empty_database());
  expect_copied(database(), directory(second_));
  EXPECT_EQ(dump_directory(second_), dump_directory(first_));
}

// Copies and kills itself at that call of the progress; what it ended with.
int run_victim(const std::string& from, const std::string& to, int kill_at) {
  const pid_t victim = ::fork();
  CHECK(victim >= 0);
  if (victim == 0) {
    ::execl("/proc/self/exe", "copy_test", "--victim", from.c_str(), to.c_str(),
            std::to_string(kill_at).c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  CHECK(::waitpid(victim, &status, 0) == victim);
  return status;
}

// Killed a call later each time, until it is through. Ends with how often that was.
int kill_until_it_is_through(const std::string& from, const std::string& to,
                             const std::function<std::string()>& open_target) {
  int kills = 0;
  for (;; ++kills) {
    const int status = run_victim(from, to, kills + 1);
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0);
      return kills;
    }
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    // While it verifies the source, nothing is in the target.
    if (kills == 0) continue;
    EXPECT_NE(open_target().find("copy that is not finished"), std::string::npos);
  }
}

TEST_F(Copies, KilledAtAnyStepItGoesOnIntoADatabase) {
  (void)empty_database();
  const int kills = kill_until_it_is_through(first_, "", [] {
    const auto opened = store::postgres::PostgresStore::open(
        {.conninfo = std::string(database().database.reveal())});
    return opened ? std::string() : opened.error().message;
  });
  EXPECT_GT(kills, 8);
  const Dump tables = dump_database();
  expect_copied(directory(first_), empty_database());
  EXPECT_EQ(tables, dump_database());
}

TEST_F(Copies, KilledAtAnyStepItGoesOnIntoADirectory) {
  expect_copied(directory(first_), empty_database());
  const int kills = kill_until_it_is_through("", second_, [this] {
    const auto opened = store::embedded::RocksdbStore::open({.directory = second_});
    return opened ? std::string() : opened.error().message;
  });
  EXPECT_GT(kills, 8);
  EXPECT_EQ(dump_directory(second_), dump_directory(first_));
}

TEST_F(Copies, ATargetThatHoldsSomethingIsRefusedAndLeftAsItIs) {
  expect_copied(directory(first_), empty_database());
  expect_copied(database(), directory(second_));
  const Dump tables = dump_database();
  EXPECT_NE(refusal(directory(first_), database()).find("holds a store already"),
            std::string::npos);
  EXPECT_EQ(dump_database(), tables);
  EXPECT_NE(refusal(database(), directory(second_)).find("holds a store already"),
            std::string::npos);
  EXPECT_EQ(dump_directory(second_), dump_directory(first_));
  // A store without a ledger is one, too.
  const fs::path third = folder_.path() / "third";
  (void)store::testing::make_user(*open_directory(third), "eve@example.com");
  EXPECT_NE(refusal(database(), directory(third)).find("holds a store already"), std::string::npos);
}

TEST_F(Copies, ADatabaseWithoutTablesIsRefused) {
  (void)empty_database();
  run_sql("DROP SCHEMA farthing CASCADE");
  EXPECT_NE(refusal(directory(first_), database()).find("farthing store migrate"),
            std::string::npos);
}

TEST_F(Copies, AStoreInUseIsRefused) {
  const auto store = open_directory(first_);
  EXPECT_NE(refusal(directory(first_), empty_database()).find("in use"), std::string::npos);
  EXPECT_NE(refusal(database(), directory(first_)).find("in use"), std::string::npos);
}

TEST_F(Copies, ASourceThatHasChangedSinceIsNoticed) {
  (void)empty_database();
  ASSERT_TRUE(WIFSIGNALED(run_victim(first_, "", 8)));
  ASSERT_TRUE(settle(*open_directory(first_), charge(sample_.busy, "since", "1")));
  EXPECT_NE(refusal(directory(first_), database()).find("the source has changed"),
            std::string::npos);
  // Another one is not taken for it either.
  const fs::path other = folder_.path() / "other";
  (void)fill(*open_directory(other));
  EXPECT_NE(refusal(directory(other), database()).find("that of another source"),
            std::string::npos);
}

TEST_F(Copies, ASourceThatChangesMeanwhileIsNoticed) {
  expect_copied(directory(first_), empty_database());
  bool has_changed = false;
  CopyOptions options;
  options.on_progress = [&](const Progress& progress) {
    if (progress.step != Step::verify_copy) return;
    has_changed = settle(*open_database(), charge(sample_.busy, "meanwhile", "1")).has_value();
  };
  const auto copied = copy_store(database(), directory(second_), options);
  ASSERT_TRUE(has_changed);
  ASSERT_FALSE(copied);
  EXPECT_NE(copied.error().message.find("changed while it was copied"), std::string::npos);
  EXPECT_FALSE(store::embedded::RocksdbStore::open({.directory = second_}));
}

TEST_F(Copies, ASourceThatDeviatesIsNotCopied) {
  expect_copied(directory(first_), empty_database());
  run_sql("UPDATE farthing.ledger_state SET held = held + 1 WHERE last_seq > 1000");
  const std::string message = refusal(database(), directory(second_));
  EXPECT_NE(message.find("held beside the state"), std::string::npos) << message;
  EXPECT_FALSE(fs::exists(second_));
}

}  // namespace farthing::copy::testing::copy_test
