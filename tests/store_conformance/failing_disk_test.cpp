// SPDX-License-Identifier: Apache-2.0
// The embedded store on disks that lose power, at every one of the first writes and syncs and then
// at random ones: what was not synced stays, is torn or is gone. After each the store is opened
// again on a disk that works, and the auditor of the self-test finds every acknowledged movement
// once and every other one wholly or not at all. FARTHING_SEED runs another seed.
#include <cstdlib>
#include <iostream>
#include <random>

#include "base/check.hpp"
#include "selftest/trial.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "server/testing/failing_disk.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::failing_disk_test {

enum class Under { journal, database };

// The store on disks of which one loses power a while after each opening.
class FailingSubject final : public selftest::Subject {
 public:
  // `next_count` says how long the power lasts.
  FailingSubject(const Clock& clock, Under under, std::uint64_t seed,
                 std::function<std::uint64_t(std::mt19937_64&)> next_count)
      : clock_(clock), under_(under), random_(seed), next_count_(std::move(next_count)) {
    reopen();
  }

  Store& store() override { return *store_; }

  void reopen() override {
    store_.reset();
    note_loss();
    renew_disks();
    const std::uint64_t count = next_count_(random_);
    if (under_ == Under::journal) {
      disks_->journal.lose_power_after(count, random_());
    } else {
      disks_->database.lose_power_after(count, random_());
    }
    if (open()) return;
    // Power was lost before the store was there.
    note_loss();
    renew_disks();
    const bool is_open = open();
    CHECK(is_open);
  }

  int losses() const { return losses_ + (has_lost_power() ? 1 : 0); }

 private:
  struct Disks {
    embedded::FailingJournalDisk journal;
    embedded::FailingDatabaseDisk database;
  };

  bool has_lost_power() const {
    return disks_ && (disks_->journal.has_lost_power() || disks_->database.has_lost_power());
  }
  void note_loss() {
    if (has_lost_power()) ++losses_;
  }
  // What the old ones lose is gone before there are new ones.
  void renew_disks() {
    disks_.reset();
    disks_ = std::make_unique<Disks>();
  }
  bool open() {
    auto opened = embedded::RocksdbStore::open({.directory = directory_.path() / "data",
                                                .clock = &clock_,
                                                .run_bytes = std::size_t{4} << 10,
                                                .backlog_bytes = std::size_t{64} << 10,
                                                .env = disks_->database.env(),
                                                .journal_disk = &disks_->journal});
    if (!opened) {
      EXPECT_TRUE(has_lost_power()) << opened.error().message;
      return false;
    }
    store_ = *std::move(opened);
    return true;
  }

  // In memory where there is such a place: what a sync is worth is decided by the disks above it.
  TemporaryDirectory directory_{std::filesystem::is_directory("/dev/shm")
                                    ? "/dev/shm"
                                    : std::filesystem::temp_directory_path()};
  const Clock& clock_;
  const Under under_;
  std::mt19937_64 random_;
  const std::function<std::uint64_t(std::mt19937_64&)> next_count_;
  int losses_ = 0;
  std::unique_ptr<Disks> disks_;
  std::unique_ptr<embedded::RocksdbStore> store_;
};

std::uint64_t seed() {
  const char* chosen = std::getenv("FARTHING_SEED");
  return chosen == nullptr ? 1 : std::strtoull(chosen, nullptr, 10);
}

// Plays until power was lost so often.
void play(FailingSubject& subject, ManualClock& clock, int losses, std::size_t submitters) {
  selftest::Trial trial(subject, clock, {.seed = seed(), .submitters = submitters});
  constexpr int kMostRounds = 2'000;
  std::optional<std::string> deviation;
  for (int round = 0; round < kMostRounds && subject.losses() < losses && !deviation; ++round) {
    deviation = trial.play_round();
  }
  if (!deviation) deviation = trial.finish();
  ASSERT_EQ(deviation.value_or("none"), "none");
  EXPECT_GE(subject.losses(), losses);
}

class FailingDisk : public ::testing::TestWithParam<Under> {};

TEST_P(FailingDisk, LosesNothingAtAnyOfTheFirstWritesAndSyncs) {
  constexpr std::uint64_t kFirst = 32;
  for (std::uint64_t count = 1; count <= kFirst; ++count) {
    SCOPED_TRACE("power for " + std::to_string(count));
    ManualClock clock(selftest::Trial::start());
    bool is_first = true;
    FailingSubject subject(clock, GetParam(), count, [&](std::mt19937_64&) {
      // Only once: the store that is opened then stays.
      return std::exchange(is_first, false) ? count : 1'000'000;
    });
    play(subject, clock, 1, 1);
    if (HasFatalFailure()) return;
  }
}

TEST_P(FailingDisk, LosesNothingAtRandomMoments) {
  constexpr int kLosses = 25;
  ManualClock clock(selftest::Trial::start());
  const std::uint64_t most = GetParam() == Under::journal ? 60 : 400;
  FailingSubject subject(clock, GetParam(), seed(),
                         [most](std::mt19937_64& random) { return 1 + random() % most; });
  play(subject, clock, kLosses, 4);
  std::cout << subject.losses() << " losses of power, FARTHING_SEED=" << seed() << "\n";
}

INSTANTIATE_TEST_SUITE_P(Journal, FailingDisk, ::testing::Values(Under::journal));
INSTANTIATE_TEST_SUITE_P(Database, FailingDisk, ::testing::Values(Under::database));

}  // namespace farthing::store::testing::failing_disk_test
