// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/recovery.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/ledger/decide.hpp"
#include "server/store/rocksdb/derived_keys.hpp"

namespace farthing::store {
namespace {

class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    organization_.id.value.bytes[15] = 1;
    state_.organization = organization_.id;
    std::filesystem::remove_all(directory_);
    auto opened = Database::open(directory_, {.cache_bytes = 1 << 20, .journal_bytes = 1 << 20});
    EXPECT_TRUE(opened);
    database_ = *std::move(opened);
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(directory_);
  }

  void journal_organization(std::uint64_t number) {
    JournalBatch batch;
    JournalRecordWriter writer(batch, number, Instant());
    writer.add(organization_);
    writer.finish();
    ASSERT_TRUE(database_->append_to_journal(number, batch.record));
  }

  // The next grant of the organization; `state_` moves past it.
  void journal_grant(std::uint64_t number) {
    ledger::Command command;
    command.organization = organization_.id;
    command.action = ledger::CreateGrant{.terms = {.amount = Credits::from_nano(5)}};
    ledger::Booked booked;
    ASSERT_TRUE(ledger::decide(state_, std::move(command), booked));
    JournalBatch batch;
    JournalRecordWriter writer(batch, number, Instant::from_us(77));
    writer.add_entry(booked.stored(0));
    writer.finish();
    ASSERT_TRUE(database_->append_to_journal(number, batch.record));
  }

  Result<Checkpoint> replay(DerivedStart& start) {
    return replay_journal(*database_, start.checkpoint, *start.working,
                          [this](const auto& batch) { kept_.push_back(batch->number); });
  }

  const std::filesystem::path directory_ = std::filesystem::path(::testing::TempDir()) /
                                           ("farthing-recovery-" + std::to_string(::getpid()));
  std::unique_ptr<Database> database_;
  Organization organization_;
  ledger::OrganizationState state_;
  std::vector<std::uint64_t> kept_;
};

TEST_F(Recovery, OfAnEmptyDatabaseStartsAtNothing) {
  auto start = load_derived(*database_);
  ASSERT_TRUE(start);
  const auto replayed = replay(*start);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->number, 0U);
  EXPECT_TRUE(kept_.empty());
}

TEST_F(Recovery, AppliesTheJournal) {
  journal_organization(1);
  journal_grant(2);
  journal_grant(3);
  auto start = load_derived(*database_);
  ASSERT_TRUE(start);
  const auto replayed = replay(*start);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->number, 3U);
  EXPECT_EQ(replayed->mark, Instant::from_us(77));
  EXPECT_EQ(kept_, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(start->working->find(organization_.id)->state.last_hash, state_.last_hash);
}

TEST_F(Recovery, SkipsEntriesThatAStateHasInItAlready) {
  journal_organization(1);
  journal_grant(2);
  std::string encoded;
  ledger::append_encoded(state_, encoded);
  std::string organization;
  append_encoded(organization_, organization);
  Database::Batch batch(*database_);
  batch.put(Family::directory, directory_key(organization_), organization);
  batch.put(Family::states, organization_.id.value.as_bytes(), encoded);
  ASSERT_TRUE(database_->write_derived(batch));
  journal_grant(3);

  auto start = load_derived(*database_);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->working->find(organization_.id)->state.last_seq, 1U);
  ASSERT_TRUE(replay(*start));
  EXPECT_EQ(start->working->find(organization_.id)->state.last_hash, state_.last_hash);
}

TEST_F(Recovery, RefusesAGapInTheJournal) {
  journal_organization(1);
  journal_grant(3);
  auto start = load_derived(*database_);
  ASSERT_TRUE(start);
  const auto replayed = replay(*start);
  ASSERT_FALSE(replayed);
  EXPECT_NE(replayed.error().message.find("missing"), std::string::npos);
}

TEST_F(Recovery, RefusesADamagedRecord) {
  journal_organization(1);
  ASSERT_TRUE(database_->append_to_journal(2, "not a record"));
  auto start = load_derived(*database_);
  ASSERT_TRUE(start);
  EXPECT_FALSE(replay(*start));
}

}  // namespace
}  // namespace farthing::store
