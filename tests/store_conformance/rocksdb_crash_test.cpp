// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments under load: after each, every acknowledged grant and charge is there
// once. The program runs itself as the victim: `rocksdb_crash_test --victim DIRECTORY`.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <iostream>
#include <map>
#include <random>
#include <string>

#include "base/check.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing {
namespace {

constexpr int kOrganizations = 20;
constexpr int kRounds = 8;
constexpr std::size_t kBatch = 64;

OrganizationId organization_number(std::uint64_t number) { return {numbered_id(1 + number)}; }

embedded::RocksdbOptions crash_options(const std::filesystem::path& directory) {
  // Small, so that runs are added and merged when the end comes.
  return {.directory = directory,
          .run_bytes = std::size_t{64} << 10,
          .backlog_bytes = std::size_t{256} << 10};
}

// What the victim acknowledges: where an entry is, and which charge it stands for.
struct Acknowledged {
  std::uint64_t organization;
  std::uint64_t seq;
  std::uint64_t key;
};

[[noreturn]] void run_victim(const std::filesystem::path& directory) {
  auto opened = embedded::RocksdbStore::open(crash_options(directory));
  CHECK(opened);
  embedded::RocksdbStore& store = **opened;
  for (std::uint64_t i = 0; i < kOrganizations; ++i) {
    (void)change(store, {.action = directory::CreateOrganization{{.id = organization_number(i)}}});
    CHECK(settle(store, grant(organization_number(i), "grant", "1000000")));
  }
  std::mt19937_64 random(std::random_device{}());
  for (;;) {
    std::vector<ledger::Command> commands;
    std::array<Acknowledged, kBatch> acknowledged;
    for (auto& each : acknowledged) {
      each = {.organization = random() % kOrganizations, .seq = 0, .key = random()};
      commands.push_back(
          charge(organization_number(each.organization), std::to_string(each.key), "0.000001"));
    }
    const auto results = settle_all(store, std::move(commands));
    for (std::size_t i = 0; i < kBatch; ++i) {
      CHECK(results[i]);
      acknowledged[i].seq = results[i]->entry.seq;
    }
    // One write of less than PIPE_BUF bytes: there in full or not at all.
    static_assert(sizeof acknowledged <= 4096);
    CHECK(::write(STDOUT_FILENO, &acknowledged, sizeof acknowledged) == sizeof acknowledged);
  }
}

// Runs a victim until it has acknowledged `wanted` charges, kills it, and adds what it said.
void run_and_kill(const std::filesystem::path& directory, std::size_t wanted,
                  std::vector<Acknowledged>& all) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t victim = ::fork();
  ASSERT_GE(victim, 0);
  if (victim == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::close(pipe[0]);
    ::close(pipe[1]);
    ::execl("/proc/self/exe", "rocksdb_crash_test", "--victim", directory.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(pipe[1]);
  const std::size_t before = all.size();
  std::array<Acknowledged, kBatch> batch;
  bool is_killed = false;
  // What it said before it died still stands in the pipe.
  while (::read(pipe[0], &batch, sizeof batch) == sizeof batch) {
    all.insert(all.end(), batch.begin(), batch.end());
    if (!is_killed && all.size() - before >= wanted) {
      ::kill(victim, SIGKILL);
      is_killed = true;
    }
  }
  ::close(pipe[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(victim, &status, 0), victim);
  ASSERT_TRUE(is_killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(RocksdbCrash, EveryAcknowledgedChargeIsThereOnce) {
  const TemporaryDirectory directory;
  std::vector<Acknowledged> acknowledged;
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < kRounds; ++round) {
    run_and_kill(directory.path(), 1 + random() % 4'000, acknowledged);
    if (HasFatalFailure()) return;
    // Every other time the next victim finds what the last one left, and not a store closed in
    // order.
    if (round % 2 == 0) continue;

    auto opened = embedded::RocksdbStore::open(crash_options(directory.path()));
    ASSERT_TRUE(opened) << opened.error().message;
    std::map<std::pair<std::uint64_t, std::string>, std::uint64_t> seq_by_key;
    for (std::uint64_t i = 0; i < kOrganizations; ++i) {
      const auto entries = (*opened)->entries_of(organization_number(i)).value();
      // The audit also finds a key that was booked twice.
      ASSERT_EQ(audit(entries), "") << "round " << round;
      for (const auto& entry : entries) seq_by_key[{i, entry.origin.idempotency_key}] = entry.seq;
      ASSERT_EQ(read_balance(**opened, organization_number(i)).value().available,
                entries.back().available);
    }
    for (const Acknowledged& each : acknowledged) {
      const auto found = seq_by_key.find({each.organization, std::to_string(each.key)});
      ASSERT_NE(found, seq_by_key.end()) << "round " << round;
      ASSERT_EQ(found->second, each.seq);
    }
    // And its key is known.
    const Acknowledged& any = acknowledged[random() % acknowledged.size()];
    const auto again = settle(**opened, charge(organization_number(any.organization),
                                               std::to_string(any.key), "0.000001"));
    ASSERT_TRUE(again && again->is_replayed);
  }
  std::cout << acknowledged.size() << " acknowledged charges survived " << kRounds << " kills\n";
}

}  // namespace
}  // namespace farthing::store::testing

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--victim") == 0) {
    farthing::store::testing::run_victim(argv[2]);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
