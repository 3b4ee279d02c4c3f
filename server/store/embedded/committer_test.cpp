// SPDX-License-Identifier: Apache-2.0
// What depends on how look-ups, batches and the deriver meet in time; all else is tested through
// the store (tests/store_conformance).
#include "server/store/embedded/committer.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/recovery.hpp"

namespace farthing::store::embedded::committer_test {

class CommitterTest : public ::testing::Test {
 protected:
  CommitterTest() {
    std::filesystem::remove_all(directory_);
    data_directory_ = DataDirectory::open(directory_).value();
    database_ = Database::open(data_directory_->database_path(), {.cache_bytes = 1 << 20}).value();
    DerivedStart start;
    CHECK(load_derived(*database_, start).has_value());
    journal_ = Journal::open(data_directory_->journal_path(), disk_, {}, [](const JournalBatch&) {
                 return Result<Done>(Done{});
               }).value();
    entries_.emplace(*database_, published_.ledgers);
    records_.emplace(*database_, *entries_);
    // Each batch is a run.
    deriver_ = std::make_unique<Deriver>(Deriver::Parts{.database = *database_,
                                                        .keys = keys_,
                                                        .journal = *journal_,
                                                        .ledgers = published_.ledgers,
                                                        .audit = published_.audit,
                                                        .entries = *entries_,
                                                        .records = *records_,
                                                        .failure = failure_},
                                         Deriver::Options{.run_bytes = 1, .backlog_bytes = 1 << 20},
                                         std::move(start.states), std::move(start.erased),
                                         start.checkpoint);
    committer_ = std::make_unique<Committer>(Committer::Parts{.database = *database_,
                                                              .keys = keys_,
                                                              .journal = *journal_,
                                                              .deriver = *deriver_,
                                                              .background = background_,
                                                              .records = *records_,
                                                              .published = published_,
                                                              .clock = clock_,
                                                              .disk = disk_space_,
                                                              .failure = failure_,
                                                              .limitations = limitations_},
                                             Committer::Options{.max_waiting_commands = 100},
                                             Committer::Start{.working = std::move(start.working),
                                                              .last_mark = {},
                                                              .audit = {},
                                                              .fresh_outcomes = {},
                                                              .fresh_records = {}});
    std::promise<Result<directory::DirectoryOutcome>> made;
    committer_->submit(ChangeRequest{
        .command = {.origin = {}, .action = directory::CreateOrganization{organization_}},
        .reply = [&](Result<directory::DirectoryOutcome> outcome) {
          made.set_value(std::move(outcome));
        }});
    EXPECT_TRUE(made.get_future().get());
  }
  void TearDown() override {
    committer_.reset();
    background_.finish();
    deriver_.reset();
    journal_.reset();
    database_.reset();
    data_directory_.reset();
    std::filesystem::remove_all(directory_);
  }

  // A grant under `key` whose look-up found nothing when the derived part was at `position`.
  Result<ledger::Outcome> settle(std::string key, std::uint64_t position) {
    ledger::Command command;
    command.organization = organization_.id;
    command.origin.idempotency_key = std::move(key);
    command.action = ledger::CreateGrant{.terms = {.amount = Credits::from_nano(5)}};
    std::promise<Result<ledger::Outcome>> answer;
    committer_->submit(SettleRequest{
        .first = {.movement = {std::move(command),
                               [&](Result<ledger::Outcome> result) {
                                 answer.set_value(std::move(result));
                               }},
                  .lookup = {.outcome = {.position = position, .entries = {}}, .records = {}}},
        .rest = {}});
    return answer.get_future().get();
  }
  void wait_until_derived() {
    const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (deriver_->position() < journal_->last_number()) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up_at);
      std::this_thread::yield();
    }
  }

  const std::filesystem::path directory_ = std::filesystem::path(::testing::TempDir()) /
                                           ("farthing-committer-" + std::to_string(::getpid()));
  const directory::Organization organization_{.id = {}, .name = "Acme"};
  SystemClock system_clock_;
  EffectiveClock clock_{system_clock_};
  KeyFilter keys_{1 << 20};
  WriteFailure failure_{{}};
  Limitations limitations_{{}};
  DiskSpace disk_space_{[] { return std::numeric_limits<std::uint64_t>::max(); }, {}, limitations_};
  PublishedView published_;
  std::optional<EntryReads> entries_;
  std::optional<RecordReads> records_;
  std::unique_ptr<DataDirectory> data_directory_;
  std::unique_ptr<Database> database_;
  JournalDisk disk_;
  std::unique_ptr<Journal> journal_;
  BackgroundThread background_;
  std::unique_ptr<Deriver> deriver_;
  std::unique_ptr<Committer> committer_;
};

TEST_F(CommitterTest, LooksAgainWhenTheKeyWasDerivedAndForgottenSinceTheLookUp) {
  ASSERT_TRUE(settle("early", 0));
  // Each round the deriver gets on and the committer forgets what was derived before the last one.
  for (int round = 0; round < 3; ++round) {
    wait_until_derived();
    ASSERT_TRUE(settle("round " + std::to_string(round), deriver_->position()));
  }
  const auto again = settle("early", 0);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(again->entry.seq, 1U);
}

TEST_F(CommitterTest, KnowsAKeyThatIsNotDerivedYet) {
  ASSERT_TRUE(settle("key", 0));
  const auto again = settle("key", 0);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
}

TEST_F(CommitterTest, RefusesEverythingAfterAFailure) {
  failure_.report(make_error(ErrorCode::unavailable, "the disk is gone"));
  const auto refused = settle("key", 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(refused.error().message.find("the disk is gone"), std::string::npos);
}

}  // namespace farthing::store::embedded::committer_test
