// SPDX-License-Identifier: Apache-2.0
// What only the embedded store promises: that it is all there when it is opened again, and what it
// does when its directory, its disk or its clock is not as it should be.
#include "server/store/embedded/rocksdb_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/await.hpp"
#include "server/store/embedded/clock_set_back.hpp"
#include "server/store/embedded/journal/journal_scan.hpp"
#include "server/store/embedded/journal_loss.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/testing/failing_disk.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"
#include "verify/audit_chain.hpp"

namespace farthing::store::testing::rocksdb_store_test {

using std::chrono::hours;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

class RocksdbStoreTest : public ::testing::Test {
 protected:
  embedded::RocksdbOptions options() {
    return {.directory = directory_.path() / "data", .clock = &clock_};
  }
  std::unique_ptr<embedded::RocksdbStore> open() { return open(options()); }
  std::unique_ptr<embedded::RocksdbStore> open(embedded::RocksdbOptions options) {
    auto opened = embedded::RocksdbStore::open(std::move(options));
    EXPECT_TRUE(opened) << opened.error().message;
    return *std::move(opened);
  }

  TemporaryDirectory directory_;
  ManualClock clock_{kStart};
};

TEST_F(RocksdbStoreTest, KeepsEverythingWhenItIsOpenedAgain) {
  auto store = open();
  const UserId user = make_user(*store, "ada@example.com");
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(join(*store, organization, user, directory::Role::OWNER));
  const directory::ApiKey key = make_api_key(user, "secret");
  const directory::DirectoryCommand create_key = {
      .origin = asked_by(make_admin_key(*store, "admin"), "admin", "k", 1),
      .action = directory::CreateApiKey{key}};
  ASSERT_TRUE(change(*store, create_key));
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10",
                                   ledger::GrantTerms{.expires_at = kStart.plus(hours(1))})));
  const auto charged = settle(*store, charge(organization, "c", "3"));
  ASSERT_TRUE(charged);

  store.reset();
  store = open();
  EXPECT_EQ(available(*store, organization), "7");
  const auto again = settle(*store, charge(organization, "c", "3"));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(again->entry.hash, charged->entry.hash);
  const auto principal = await<Result<std::optional<directory::Principal>>>(
      [&](auto reply) { store->find_principal(sha256("secret"), reply); });
  ASSERT_TRUE(principal && *principal);
  EXPECT_EQ((*principal)->account->memberships.at(0).role, directory::Role::OWNER);
  directory::DirectoryCommand other_under_the_key = create_key;
  other_under_the_key.origin.fingerprint = {2};
  EXPECT_EQ(name_of(change(*store, other_under_the_key)), "idempotency_key_reused");
  const auto key_again = change(*store, create_key);
  ASSERT_TRUE(key_again);
  EXPECT_TRUE(key_again->is_replayed);
  EXPECT_EQ(
      name_of(change(*store, {.action = directory::CreateUser{{.id = {numbered_id(5)},
                                                               .email = "ADA@example.com"}}})),
      "already_exists");
  clock_.advance(hours(1));
  EXPECT_EQ(available(*store, organization), "0");
  EXPECT_EQ(audit(store->entries_of(organization).value()), "");
}

// Whatever became of the file that keeps them, a key leads to what it led to before.
TEST_F(RocksdbStoreTest, KnowsEveryKeyOverARestart) {
  const auto file = options().directory / "key-filter";
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  std::string early;
  for (int start = 0; start < 4; ++start) {
    SCOPED_TRACE(start);
    const std::string name = "c" + std::to_string(start);
    ASSERT_TRUE(settle(*store, charge(organization, name, "1")));
    store.reset();
    ASSERT_TRUE(std::filesystem::exists(file));
    if (start == 0) early = read_file(file);
    if (start == 1) write_file(file, early);  // out of a backup
    if (start == 2) std::filesystem::remove(file);
    store = open();
    for (int i = 0; i <= start; ++i) {
      const auto again = settle(*store, charge(organization, "c" + std::to_string(i), "1"));
      ASSERT_TRUE(again);
      EXPECT_TRUE(again->is_replayed);
    }
  }
  EXPECT_EQ(available(*store, organization), "6");
}

TEST_F(RocksdbStoreTest, TimeDoesNotGoBackOverARestart) {
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  clock_.advance(hours(5));
  ASSERT_TRUE(settle(*store, grant(organization, "g", "1")));
  store.reset();
  clock_.set(kStart);
  store = open();
  EXPECT_EQ(store->now(), kStart.plus(hours(5)));
}

TEST_F(RocksdbStoreTest, TheTimeOfARefusalDoesNotGoBackOverARestartEither) {
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  clock_.advance(hours(5));
  ASSERT_FALSE(settle(*store, charge(organization, "c", "1")));
  store.reset();
  clock_.set(kStart);
  store = open();
  EXPECT_EQ(store->now(), kStart.plus(hours(5)));
}

TEST_F(RocksdbStoreTest, MakesItsDirectoryForItsOwnerOnly) {
  open();
  const auto mode = std::filesystem::status(options().directory).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_all);
}

// RocksDB ends the process when it writes a note after one that the disk had no room for.
TEST_F(RocksdbStoreTest, KeepsNoNotesOfTheDatabase) {
  const auto store = open();
  const std::filesystem::directory_iterator files(directory_.path() / "data" / "rocksdb");
  EXPECT_TRUE(std::ranges::none_of(files, [](const std::filesystem::directory_entry& file) {
    return file.path().filename().string().starts_with("LOG");
  }));
}

TEST_F(RocksdbStoreTest, RefusesADirectoryThatIsInUse) {
  const auto store = open();
  const auto second = embedded::RocksdbStore::open(options());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("in use by another farthing server"), std::string::npos);
  EXPECT_NE(second.error().message.find(options().directory.string()), std::string::npos);
}

TEST_F(RocksdbStoreTest, RefusesANewerFormatAndTouchesNothing) {
  open();
  const auto format = options().directory / "format";
  std::ofstream(format) << "farthing store format 9\n";
  std::filesystem::remove_all(options().directory / "rocksdb");
  const auto opened = embedded::RocksdbStore::open(options());
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("format"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(options().directory / "rocksdb"));
}

TEST_F(RocksdbStoreTest, RefusesAStoreWithoutAFormat) {
  open();
  std::filesystem::remove(options().directory / "format");
  EXPECT_FALSE(embedded::RocksdbStore::open(options()));
}

TEST_F(RocksdbStoreTest, RefusesADamagedState) {
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  store.reset();
  {
    auto database =
        embedded::Database::open(options().directory / "rocksdb", {.cache_bytes = 1 << 20});
    ASSERT_TRUE(database);
    ASSERT_TRUE(
        (*database)->add_run([&](embedded::Family family, const embedded::Database::Put& put) {
          if (family == embedded::Family::states) put(organization.value.as_bytes(), "not a state");
        }));
  }
  const auto opened = embedded::RocksdbStore::open(options());
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("damaged"), std::string::npos) << opened.error().message;
}

TEST_F(RocksdbStoreTest, ADamagedBlockRefusesOnlyWhatNeedsIt) {
  const std::string needle = "the key of an entry that cannot be read";
  auto store = open();
  const OrganizationId damaged = make_organization(*store);
  const OrganizationId other = make_organization(*store);
  for (const OrganizationId organization : {damaged, other}) {
    ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  }
  ASSERT_TRUE(settle(*store, charge(damaged, needle, "1")));
  store.reset();
  // The entries are in the largest file.
  std::filesystem::path largest;
  std::string bytes;
  for (const auto& file : std::filesystem::directory_iterator(options().directory / "rocksdb")) {
    std::string content = file.path().extension() == ".sst" ? read_file(file.path()) : "";
    if (content.find(needle) == std::string::npos || content.size() < bytes.size()) continue;
    largest = file.path();
    bytes = std::move(content);
  }
  ASSERT_NE(bytes, "");
  bytes[bytes.find(needle)] ^= 1;
  write_file(largest, bytes);

  std::mutex mutex;
  std::string told;
  embedded::RocksdbOptions listening = options();
  listening.on_event = [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    told += line + "\n";
  };
  store = open(listening);
  const auto results =
      settle_all(*store, {charge(other, "one", "1"), charge(damaged, needle, "1"),
                          charge(other, "two", "1"), charge(damaged, "three", "1")});
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(name_of(results[1]), "server_error");
  for (const std::size_t i : {0, 2, 3}) EXPECT_TRUE(results[i]) << i;
  EXPECT_EQ(available(*store, other), "8");
  const std::lock_guard lock(mutex);
  EXPECT_NE(told.find(largest.filename().string()), std::string::npos) << told;
}

TEST_F(RocksdbStoreTest, ADatabaseFileThatIsGoneOrCutHasItsNameInTheRefusal) {
  auto store = open();
  make_organization(*store);
  store.reset();
  std::filesystem::path file;
  for (const auto& each : std::filesystem::directory_iterator(options().directory / "rocksdb")) {
    if (each.path().extension() == ".sst") file = each.path();
  }
  const std::string whole = read_file(file);
  const auto expect_named = [&] {
    const auto opened = embedded::RocksdbStore::open(options());
    ASSERT_FALSE(opened);
    const std::string& said = opened.error().message;
    EXPECT_NE(said.find("data directory is damaged"), std::string::npos) << said;
    EXPECT_NE(said.find(file.filename().string()), std::string::npos) << said;
  };
  write_file(file, whole.substr(0, whole.size() / 2));
  expect_named();
  std::filesystem::remove(file);
  expect_named();
  write_file(file, whole);
  open();
}

// With a journal that has no reach yet.
TEST_F(RocksdbStoreTest, TakesOverAStoreOfTheFormatBefore) {
  const auto format = options().directory / "format";
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  store.reset();
  const std::string present = read_file(format);
  EXPECT_EQ(present, "farthing store format 3\nneeds >= 0.1\n");
  write_file(format, "farthing store format 2\n");
  std::filesystem::remove(options().directory / "journal-reach");
  store = open();
  EXPECT_EQ(read_file(format), present);
  ASSERT_TRUE(settle(*store, charge(organization, "c", "1")));
  store.reset();
  std::filesystem::remove(options().directory / "journal-reach");
  const auto opened = embedded::RocksdbStore::open(options());
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("journal-reach"), std::string::npos);
}

// Of a server that was killed: its database has nothing of it.
TEST_F(RocksdbStoreTest, GoesOnWithoutWhatAJournalHasLostWhenTheOperatorSaysSo) {
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  for (const char* key : {"one", "two", "three"}) {
    ASSERT_TRUE(settle(*store, charge(organization, key, "1")));
  }
  embedded::RocksdbOptions killed = options();
  killed.directory = directory_.path() / "killed";
  std::filesystem::copy(options().directory, killed.directory,
                        std::filesystem::copy_options::recursive);
  store.reset();
  const auto segment = killed.directory / "journal" / "00000000000000000002.log";
  std::string bytes = read_file(segment);
  const std::size_t damage = bytes.find("two");
  ASSERT_NE(damage, std::string::npos);
  bytes[damage] = '?';
  write_file(segment, bytes);
  ASSERT_FALSE(embedded::RocksdbStore::open(killed));

  const auto shown = embedded::accept_journal_loss(killed.directory, {});
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_NE(shown->damage.find(segment.string()), std::string::npos) << shown->damage;
  EXPECT_FALSE(shown->is_accepted);
  EXPECT_FALSE(embedded::accept_journal_loss(killed.directory, "another word"));
  ASSERT_FALSE(embedded::RocksdbStore::open(killed));
  const auto accepted = embedded::accept_journal_loss(killed.directory, shown->word);
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_TRUE(accepted->is_accepted);
  EXPECT_EQ(read_file(accepted->lost_path / segment.filename()), bytes);

  for (int start = 0; start < 2; ++start) {
    SCOPED_TRACE(start);
    store = open(killed);
    EXPECT_EQ(available(*store, organization), start == 0 ? "9" : "8");
    const auto acts = await<Result<Page<directory::AuditRecord>>>([&](auto reply) {
      store->list_audit_log({.target = "journal"}, {.after = {}, .limit = 10}, reply);
    });
    ASSERT_TRUE(acts);
    ASSERT_EQ(acts->records.size(), 1U);
    const directory::Act& act = acts->records.front().act;
    EXPECT_EQ(act.kind, "journal.accept_loss");
    EXPECT_EQ(act.changes.at(0).after, std::to_string(shown->last_record));
    EXPECT_EQ(act.changes.at(1).after, shown->damage);
    ASSERT_TRUE(settle(*store, charge(organization, start == 0 ? "two" : "four", "1")));
    store.reset();
    const auto whole = embedded::accept_journal_loss(killed.directory, shown->word);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->damage, "");
  }
}

// The database covers records then, which the next journal does not have.
TEST_F(RocksdbStoreTest, GoesOnByAWordBehindWhatTheDatabaseHas) {
  OrganizationId organization;
  for (const bool is_gone : {true, false}) {
    SCOPED_TRACE(is_gone ? "the journal is gone" : "a record behind the checkpoint is damaged");
    std::filesystem::remove_all(options().directory);
    auto store = open();
    organization = make_organization(*store);
    ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
    store.reset();
    store = open();
    ASSERT_TRUE(settle(*store, charge(organization, "behind", "1")));
    ASSERT_TRUE(settle(*store, charge(organization, "last", "1")));
    embedded::RocksdbOptions killed = options();
    killed.directory = directory_.path() / (is_gone ? "gone" : "damaged");
    std::filesystem::copy(options().directory, killed.directory,
                          std::filesystem::copy_options::recursive);
    store.reset();
    if (is_gone) {
      std::filesystem::remove_all(killed.directory / "journal");
    } else {
      for (const auto& file : std::filesystem::directory_iterator(killed.directory / "journal")) {
        std::string bytes = read_file(file.path());
        const std::size_t damage = bytes.find("behind");
        if (damage == std::string::npos) continue;
        bytes[damage] = '?';
        write_file(file.path(), bytes);
      }
    }
    ASSERT_FALSE(embedded::RocksdbStore::open(killed));
    const auto shown = embedded::accept_journal_loss(killed.directory, {});
    ASSERT_TRUE(shown) << shown.error().message;
    const auto accepted = embedded::accept_journal_loss(killed.directory, shown->word);
    ASSERT_TRUE(accepted) << accepted.error().message;
    EXPECT_TRUE(accepted->is_accepted);
    for (int start = 0; start < 2; ++start) {
      store = open(killed);
      EXPECT_EQ(available(*store, organization), start == 0 ? "10" : "9");
      ASSERT_TRUE(settle(*store, charge(organization, "behind", "1")));
      store.reset();
    }
  }
}

TEST_F(RocksdbStoreTest, RefusesAJournalWithoutItsDatabase) {
  auto store = open();
  ASSERT_TRUE(settle(*store, grant(make_organization(*store), "g", "10")));
  store.reset();
  const auto database = options().directory / "rocksdb";
  std::filesystem::remove_all(database);
  for (int start = 0; start < 2; ++start) {
    const auto opened = embedded::RocksdbStore::open(options());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find((database / "CURRENT").string()), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(database));
  }
}

TEST_F(RocksdbStoreTest, RefusesADatabaseWithoutItsJournal) {
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  const auto whole = directory_.path() / "whole";
  const auto keep = [&] {
    std::filesystem::remove_all(whole);
    std::filesystem::copy(options().directory, whole, std::filesystem::copy_options::recursive);
  };
  // First as a kill leaves it, then with all of it in the database.
  for (const bool is_derived : {false, true}) {
    SCOPED_TRACE(is_derived);
    if (is_derived) store.reset();
    keep();
    for (const auto& names : std::vector<std::vector<std::string>>{
             {"journal"}, {"journal-reach"}, {"journal", "journal-reach"}}) {
      const auto data = directory_.path() / "data without";
      std::filesystem::remove_all(data);
      std::filesystem::copy(whole, data, std::filesystem::copy_options::recursive);
      for (const std::string& name : names) std::filesystem::remove_all(data / name);
      embedded::RocksdbOptions without = options();
      without.directory = data;
      const auto opened = embedded::RocksdbStore::open(without);
      ASSERT_FALSE(opened) << names.front();
      EXPECT_NE(opened.error().message.find("journal is damaged"), std::string::npos)
          << opened.error().message;
    }
  }
}

TEST_F(RocksdbStoreTest, SaysWhichVersionAStoreNeeds) {
  open();
  write_file(options().directory / "format", "farthing store format 4\nneeds >= 99.1\n");
  const auto opened = embedded::RocksdbStore::open(options());
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("needs farthing 99.1 or newer"), std::string::npos)
      << opened.error().message;
}

TEST_F(RocksdbStoreTest, BatchesWithoutEffectLeaveNoGap) {
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  for (int i = 0; i < 50; ++i) {
    // A replay, a refusal and a change that changes nothing, each a batch of its own.
    ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
    ASSERT_FALSE(settle(*store, charge(organization, "too much", "11")));
    ASSERT_FALSE(join(*store, organization, UserId{numbered_id(1)}));
    ASSERT_TRUE(settle(*store, charge(organization, std::to_string(i), "0.1")));
  }
  store.reset();
  store = open();
  const auto entries = store->entries_of(organization).value();
  EXPECT_EQ(entries.size(), 51U);
  EXPECT_EQ(audit(entries), "");
}

TEST_F(RocksdbStoreTest, KnowsEveryKeyWhileRunsAreAddedAndMerged) {
  constexpr int kCharges = 3'000;
  // So small that each few commands are a run, and that writes wait for the deriver.
  embedded::RocksdbOptions small = options();
  small.run_bytes = std::size_t{16} << 10;
  small.backlog_bytes = std::size_t{32} << 10;
  auto store = open(small);
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "1000000")));
  const auto charge_all = [&] {
    int replayed = 0;
    int answered = 0;
    std::mutex mutex;
    std::condition_variable is_answered;
    for (int i = 0; i < kCharges; ++i) {
      store->settle(
          {charge(organization, std::to_string(i), "1"), [&](Result<ledger::Outcome> result) {
             const std::lock_guard lock(mutex);
             if (result && result->is_replayed) ++replayed;
             ++answered;
             is_answered.notify_one();
           }});
    }
    std::unique_lock lock(mutex);
    is_answered.wait(lock, [&] { return answered == kCharges; });
    return replayed;
  };
  EXPECT_EQ(charge_all(), 0);
  EXPECT_EQ(charge_all(), kCharges);
  store.reset();
  store = open(small);
  EXPECT_EQ(charge_all(), kCharges);
  const auto entries = store->entries_of(organization).value();
  EXPECT_EQ(entries.size(), 1U + kCharges);
  EXPECT_EQ(audit(entries), "");
}

// Nobody waits for an answer, so they come together in a few batches.
TEST_F(RocksdbStoreTest, PublishesChangesThatAnotherOfTheirBatchUndoes) {
  constexpr int kRounds = 100;
  auto store = open();
  const UserId user = make_user(*store, "ada@example.com");
  const OrganizationId organization = make_organization(*store);
  std::atomic<int> done = 0;
  const auto ask = [&](auto action) {
    store->change(
        {.origin = {}, .action = std::move(action)},
        [&done](const Result<directory::DirectoryOutcome>& outcome) { done += outcome ? 1 : 0; });
  };
  for (int i = 0; i < kRounds; ++i) {
    ask(directory::PutMembership{{organization, user, directory::Role::MEMBER}});
    ask(directory::RenameOrganization{organization, "Acme " + std::to_string(i)});
    ask(directory::SetOrganizationStanding{
        organization, i % 2 == 0 ? directory::Standing::disabled : directory::Standing::enabled});
    ask(directory::RemoveMembership{organization, user});
  }
  make_organization(*store);  // answered when all before it are
  EXPECT_EQ(done, 4 * kRounds);
  ASSERT_TRUE(join(*store, organization, user, directory::Role::OWNER));
  const auto members = await<Result<Page<directory::Member>>>(
      [&](auto reply) { store->list_members(organization, {}, std::move(reply)); });
  ASSERT_TRUE(members);
  ASSERT_EQ(members->records.size(), 1U);
  EXPECT_EQ(members->records.front().membership.role, directory::Role::OWNER);
}

TEST_F(RocksdbStoreTest, RefusesMoreThanMayWait) {
  embedded::RocksdbOptions narrow = options();
  narrow.max_waiting_commands = 3;
  const auto store = open(narrow);
  const OrganizationId organization = make_organization(*store);
  std::vector<ledger::Command> commands;
  commands.reserve(4);
  for (int i = 0; i < 4; ++i) commands.push_back(grant(organization, std::to_string(i), "1"));
  for (const auto& result : settle_all(*store, std::move(commands))) {
    EXPECT_EQ(name_of(result), "unavailable");
  }
  ASSERT_EQ(store->limitations().size(), 1U);
  EXPECT_EQ(store->limitations().front().name, "overload");
  EXPECT_EQ(available(*store, organization), "0");
  EXPECT_TRUE(settle(*store, grant(organization, "g", "1")));
}

TEST_F(RocksdbStoreTest, WritesWaitForRoomOnTheDiskAndReadsGoOn) {
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  ASSERT_TRUE(settle(*store, charge(organization, "before", "2")));
  store.reset();
  embedded::RocksdbOptions full = options();
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max() / 2;
  full.disk_marks = {.acts_bytes = kMost, .movements_bytes = kMost, .everything_bytes = kMost};
  store = open(full);
  const auto refused = settle(*store, charge(organization, "c", "1"));
  ASSERT_EQ(name_of(refused), "unavailable");
  EXPECT_NE(refused.error().message.find("disk is full"), std::string::npos);
  EXPECT_EQ(available(*store, organization), "8");
  const auto again = settle(*store, charge(organization, "before", "2"));
  ASSERT_TRUE(again) << "what was booked is answered";
  EXPECT_TRUE(again->is_replayed);
  store.reset();
  store = open();
  EXPECT_TRUE(settle(*store, charge(organization, "c", "1")));
}

// Whoever is killed has its time over a restart, too, to an hour.
TEST_F(RocksdbStoreTest, TheTimeIsKeptHourlyThoughNobodyAsks) {
  const auto store = open();
  make_organization(*store);
  clock_.advance(hours(2));
  const auto journal = options().directory / "journal";
  for (Instant mark; mark < kStart.plus(hours(2));) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSERT_TRUE(embedded::read_journal(
        journal, {}, [&mark](const embedded::JournalBatch& batch) -> Result<Done> {
          mark = batch.mark;
          return Done{};
        }));
  }
}

TEST_F(RocksdbStoreTest, LedgerTimeIsSetBackByAnActOfTheAuditLog) {
  constexpr auto kAhead = hours(24 * 30);
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  clock_.advance(kAhead);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  const OrganizationId other = make_organization(*store);
  const auto directory = options().directory;
  EXPECT_EQ(name_of(embedded::set_clock_back(directory, kStart, SetBackMode::act)), "server_error")
      << "a server is running";
  store.reset();
  clock_.set(kStart.plus(hours(1)));

  for (const SetBackMode mode : {SetBackMode::look, SetBackMode::act}) {
    const auto set_back = embedded::set_clock_back(directory, clock_.now(), mode);
    ASSERT_TRUE(set_back);
    EXPECT_EQ(set_back->ledger_time, kStart.plus(kAhead));
    EXPECT_EQ(set_back->clock, clock_.now());
    ASSERT_EQ(set_back->ahead.size(), 1U);
    EXPECT_EQ(set_back->ahead[0].organization, organization);
    EXPECT_EQ(set_back->ahead[0].last_at, kStart.plus(kAhead));
  }
  const auto again = embedded::set_clock_back(directory, clock_.now(), SetBackMode::act);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_needed());

  for (int start = 0; start < 2; ++start) {
    SCOPED_TRACE(start);
    store = open();
    EXPECT_EQ(store->now(), kStart.plus(hours(1)));
    const std::string name = "c" + std::to_string(start);
    const auto ahead = settle(*store, charge(organization, name, "1"));
    ASSERT_TRUE(ahead);
    EXPECT_EQ(ahead->entry.at, kStart.plus(kAhead)) << "it keeps its own time";
    const auto present = settle(*store, grant(other, name, "1"));
    ASSERT_TRUE(present);
    EXPECT_EQ(present->entry.at, kStart.plus(hours(1)));
    make_user(*store, name + "@example.com");
    EXPECT_EQ(audit(store->entries_of(organization).value()), "");
    const auto page = await<Result<Page<directory::AuditRecord>>>(
        [&](auto reply) { store->list_audit_log({}, {.after = {}, .limit = 100}, reply); });
    ASSERT_TRUE(page);
    verify::AuditChain chain;
    std::vector<Instant> times;
    for (const directory::AuditRecord& record : page->records) {
      std::string stored;
      append_encoded(record, stored);
      EXPECT_FALSE(chain.next(*verify::decode_stored_act(stored))) << record.number;
      times.push_back(record.at);
    }
    EXPECT_FALSE(std::is_sorted(times.begin(), times.end()));
    EXPECT_EQ(times.back(), kStart.plus(hours(1)));
    store.reset();
  }
}

TEST_F(RocksdbStoreTest, BooksWhatIsDueWithoutACommand) {
  SystemClock clock;
  embedded::RocksdbOptions real_time = options();
  real_time.clock = &clock;
  const auto store = open(real_time);
  const OrganizationId organization = make_organization(*store);
  const Instant end = clock.now().plus(std::chrono::milliseconds(300));
  ASSERT_TRUE(
      settle(*store, grant(organization, "g", "10", ledger::GrantTerms{.expires_at = end})));
  std::vector<ledger::Entry> entries;
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (entries.size() < 2 && std::chrono::steady_clock::now() < give_up_at) {
    entries = store->entries_of(organization).value();
  }
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].kind, ledger::EntryKind::expire);
  EXPECT_EQ(entries[1].at, end);
}

TEST_F(RocksdbStoreTest, ReadsEntriesWhereverTheyAre) {
  constexpr int kEntries = 400;
  embedded::RocksdbOptions small = options();
  small.run_bytes = std::size_t{4} << 10;
  const auto store = open(small);
  const OrganizationId organization = make_organization(*store);
  for (int i = 0; i < kEntries; ++i) {
    const auto granted = settle(*store, grant(organization, std::to_string(i), "1"));
    ASSERT_TRUE(granted);
    const auto read = await<Result<ledger::GrantStatus>>([&](auto reply) {
      store->read_grant({organization, granted->entry.subject}, reply);
    });
    ASSERT_TRUE(read);
    ASSERT_EQ(read->entry.hash, granted->entry.hash);
    const auto entries = store->entries_of(organization).value();
    ASSERT_EQ(entries.size(), static_cast<std::size_t>(i) + 1);
    const auto listed = await<Result<Page<ledger::GrantStatus>>>([&](auto reply) {
      store->list_grants(organization, {.after = {}, .limit = kEntries}, reply);
    });
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->records.size(), entries.size());
  }
  EXPECT_EQ(audit(store->entries_of(organization).value()), "");
}

TEST_F(RocksdbStoreTest, AFailedSyncIsTheEndOfWriting) {
  embedded::FailingJournalDisk disk;
  std::atomic<int> fatal_errors = 0;
  embedded::RocksdbOptions failing = options();
  failing.journal_disk = &disk;
  failing.on_fatal_error = [&](const std::string&) { ++fatal_errors; };
  auto store = open(failing);
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));

  disk.fail_syncs();
  EXPECT_EQ(name_of(settle(*store, charge(organization, "c", "1"))), "unavailable");
  EXPECT_EQ(name_of(settle(*store, grant(organization, "g", "10"))), "unavailable");
  EXPECT_EQ(
      name_of(change(*store, {.action = directory::CreateOrganization{{.id = {numbered_id(5)}}}})),
      "unavailable");
  EXPECT_EQ(fatal_errors, 1);
  EXPECT_EQ(available(*store, organization), "10") << "what is synced is still read";
  store.reset();

  store = open();
  const auto entries = store->entries_of(organization).value();
  EXPECT_EQ(audit(entries), "");
  EXPECT_EQ(entries.size(), 1U) << "what was acknowledged is there";
}

// More commands wait than one batch takes, and the first batch of them is the one that fails.
TEST_F(RocksdbStoreTest, AFailedSyncIsAnsweredToAllBatchesThatWait) {
  constexpr std::size_t kMovements = 800;
  embedded::FailingJournalDisk disk;
  embedded::RocksdbOptions failing = options();
  failing.journal_disk = &disk;
  failing.on_fatal_error = [](const std::string&) {};
  auto store = open(failing);
  const OrganizationId organization = make_organization(*store);
  std::atomic<std::size_t> refused = 0;
  std::promise<void> all_answered;
  const auto submit = [&](const std::string& prefix) {
    std::vector<Movement> movements;
    for (std::size_t i = 0; i < kMovements; ++i) {
      movements.push_back({charge(organization, prefix + std::to_string(i), "1"),
                           [&](const Result<ledger::Outcome>& outcome) {
                             EXPECT_EQ(name_of(outcome), "unavailable");
                             if (++refused == 3 * kMovements) all_answered.set_value();
                           }});
    }
    store->settle(std::span(movements));
  };
  // On the committer's thread, so that all of them are taken at once.
  std::promise<Result<ledger::Outcome>> granted;
  store->settle({grant(organization, "g", "10000"), [&](Result<ledger::Outcome> outcome) {
                   disk.fail_syncs();
                   for (const char* prefix : {"a", "b", "c"}) submit(prefix);
                   granted.set_value(std::move(outcome));
                 }});
  EXPECT_EQ(name_of(granted.get_future().get()), "ok");
  const auto answered = all_answered.get_future();
  EXPECT_EQ(answered.wait_for(std::chrono::seconds(60)), std::future_status::ready);
  EXPECT_EQ(refused, 3 * kMovements);
  store.reset();

  store = open();
  EXPECT_EQ(available(*store, organization), "10000");
}

TEST_F(RocksdbStoreTest, ATornWriteIsCutOff) {
  embedded::FailingJournalDisk disk;
  embedded::RocksdbOptions failing = options();
  failing.journal_disk = &disk;
  auto store = open(failing);
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  ASSERT_TRUE(settle(*store, charge(organization, "c1", "1")));
  disk.tear_next_write(50);
  EXPECT_EQ(name_of(settle(*store, charge(organization, "c2", "1"))), "unavailable");
  store.reset();

  store = open();
  EXPECT_EQ(available(*store, organization), "9");
  const auto again = settle(*store, charge(organization, "c2", "1"));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_replayed);
  EXPECT_EQ(audit(store->entries_of(organization).value()), "");
}

TEST_F(RocksdbStoreTest, RunsThatFindNoRoomWaitForItAndNothingIsLost) {
  embedded::FailingDatabaseDisk disk;
  embedded::RocksdbOptions failing = options();
  failing.env = disk.env();
  failing.run_bytes = std::size_t{4} << 10;
  failing.backlog_bytes = std::size_t{16} << 10;
  auto store = open(failing);
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "1000")));
  disk.set_full(true);
  int charged = 0;
  std::string refusal = "ok";
  for (; refusal == "ok" && charged < 1'000; ++charged) {
    refusal = name_of(settle(*store, charge(organization, std::to_string(charged), "1")));
  }
  --charged;
  EXPECT_EQ(refusal, "unavailable");
  EXPECT_GT(disk.refusals(), 0);
  EXPECT_EQ(available(*store, organization), std::to_string(1'000 - charged)) << "reads go on";
  EXPECT_EQ(store->entries_of(organization).value().size(), 1U + static_cast<unsigned>(charged));

  disk.set_full(false);
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (name_of(settle(*store, charge(organization, "after", "1"))) == "unavailable") {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up_at);
  }
  EXPECT_EQ(available(*store, organization), std::to_string(999 - charged));
  store.reset();
  store = open();
  EXPECT_EQ(available(*store, organization), std::to_string(999 - charged));
  EXPECT_EQ(audit(store->entries_of(organization).value()), "");
}

TEST_F(RocksdbStoreTest, ARunThatCannotBeWrittenIsTheEndOfWritingAndNothingIsLost) {
  embedded::FailingDatabaseDisk disk;
  std::atomic<int> fatal_errors = 0;
  embedded::RocksdbOptions failing = options();
  failing.env = disk.env();
  failing.run_bytes = std::size_t{4} << 10;
  failing.backlog_bytes = std::size_t{8} << 10;
  failing.on_fatal_error = [&](const std::string&) { ++fatal_errors; };
  auto store = open(failing);
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "100000")));
  disk.fail();
  int charged = 0;
  while (name_of(settle(*store, charge(organization, std::to_string(charged), "1"))) == "ok") {
    ASSERT_LT(++charged, 100'000);
  }
  EXPECT_EQ(fatal_errors, 1);
  EXPECT_TRUE(read_balance(*store, organization)) << "reads go on";
  store.reset();
  store = open();
  const auto entries = store->entries_of(organization).value();
  EXPECT_EQ(audit(entries), "");
  EXPECT_GE(entries.size(), 1U + static_cast<unsigned>(charged))
      << "what was acknowledged is there";
}

// On a disk that copies on writing, or under a quota, even a file that is in place may find no
// room.
TEST_F(RocksdbStoreTest, ARecordThatFindsNoRoomInAPreparedSegmentWaitsForIt) {
  for (const int number : {ENOSPC, EDQUOT, EFBIG}) {
    SCOPED_TRACE(number);
    embedded::FailingJournalDisk disk;
    std::atomic<int> fatal_errors = 0;
    embedded::RocksdbOptions failing = options();
    failing.directory = directory_.path() / std::to_string(number);
    failing.journal_disk = &disk;
    failing.on_fatal_error = [&](const std::string&) { ++fatal_errors; };
    auto store = open(failing);
    const OrganizationId organization = make_organization(*store);
    ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
    disk.refuse_in_place(20, number);
    std::promise<Result<ledger::Outcome>> waiting;
    store->settle({charge(organization, "waits", "1"), [&](Result<ledger::Outcome> outcome) {
                     waiting.set_value(std::move(outcome));
                   }});
    while (disk.refusals() < 4) std::this_thread::yield();
    EXPECT_EQ(name_of(settle(*store, charge(organization, "refused", "2"))), "unavailable");
    EXPECT_TRUE(refused_by(store->limitations()).has(Work::movements));
    EXPECT_EQ(available(*store, organization), "10") << "reads go on";
    disk.accept_in_place();
    EXPECT_EQ(name_of(waiting.get_future().get()), "ok");
    EXPECT_EQ(name_of(settle(*store, charge(organization, "after", "3"))), "ok");
    EXPECT_EQ(available(*store, organization), "6");
    const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!store->limitations().empty()) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up_at);
      std::this_thread::yield();
    }
    EXPECT_EQ(fatal_errors, 0);
    store.reset();
    store = open(failing);
    EXPECT_EQ(available(*store, organization), "6");
    EXPECT_EQ(audit(store->entries_of(organization).value()), "");
  }
}

TEST_F(RocksdbStoreTest, BelowItsMarksAFullDiskStillProtects) {
  auto store = open();
  const OrganizationId organization = make_organization(*store);
  const UserId user = make_user(*store, "ada@example.com");
  const directory::ApiKey key = make_api_key(user, "secret");
  ASSERT_TRUE(change(*store, {.origin = {}, .action = directory::CreateApiKey{key}}));
  ASSERT_TRUE(settle(*store, grant(organization, "g", "10")));
  ledger::Command hold = charge(organization, "h", "1");
  hold.action = ledger::PlaceHold{.amount = credits("1")};
  const auto held = settle(*store, hold);
  ASSERT_TRUE(held);
  store.reset();
  embedded::RocksdbOptions full = options();
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max() / 2;
  full.disk_marks = {.acts_bytes = kMost, .movements_bytes = kMost, .everything_bytes = 0};
  store = open(full);
  EXPECT_EQ(name_of(settle(*store, charge(organization, "c", "1"))), "unavailable");
  EXPECT_EQ(name_of(change(*store, {.origin = {}, .action = directory::CreateOrganization{}})),
            "unavailable");
  EXPECT_EQ(name_of(change(*store, {.origin = {}, .action = directory::RevokeApiKey{key.id}})),
            "ok");
  ledger::Command release = charge(organization, "r", "1");
  release.action = ledger::ReleaseHold{.hold = held->entry.subject};
  EXPECT_EQ(name_of(settle(*store, release)), "ok");
  EXPECT_EQ(available(*store, organization), "10");
  EXPECT_EQ(refused_by(store->limitations()), Work::acts | Work::movements);
}

TEST_F(RocksdbStoreTest, AFullDiskUnderTheJournalRefusesBeforeAnythingIsDecided) {
  embedded::FailingJournalDisk disk;
  embedded::RocksdbOptions failing = options();
  failing.journal_disk = &disk;
  const auto store = open(failing);
  const OrganizationId organization = make_organization(*store);
  ASSERT_TRUE(settle(*store, grant(organization, "g", "1000")));
  disk.set_full(true);
  // The journal has room for some and says so in time when it has no more.
  ledger::Command large = charge(organization, "large", "1");
  large.origin.erasable.metadata = "{\"a\":\"" + std::string(100'000, 'x') + "\"}";
  std::string refusal = "ok";
  int charged = 0;
  for (; refusal == "ok" && charged < 100; ++charged) {
    large.origin.idempotency_key = std::to_string(charged);
    refusal = name_of(settle(*store, large));
  }
  --charged;
  EXPECT_EQ(refusal, "unavailable");
  EXPECT_GT(charged, 2);
  disk.set_full(false);
  EXPECT_EQ(available(*store, organization), std::to_string(1'000 - charged));
  EXPECT_TRUE(settle(*store, charge(organization, "after", "1")));
  EXPECT_EQ(audit(store->entries_of(organization).value()), "");
}

}  // namespace farthing::store::testing::rocksdb_store_test
