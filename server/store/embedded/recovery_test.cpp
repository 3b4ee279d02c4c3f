// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/recovery.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/ledger/decide.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"

namespace farthing::store::embedded::recovery_test {

class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    organization_.id.value.bytes[15] = 1;
    state_.organization = organization_.id;
    std::filesystem::remove_all(directory_);
    database_ = Database::open(directory_, {.cache_bytes = 1 << 20}).value();
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(directory_);
  }

  JournalBatch make_organization(std::uint64_t number) const {
    JournalBatch batch;
    JournalRecordWriter writer(batch, number, Instant());
    writer.add(organization_);
    writer.finish();
    return batch;
  }
  // The next grant of the organization; `state_` moves past it.
  JournalBatch make_grant(std::uint64_t number) {
    ledger::Command command;
    command.organization = organization_.id;
    command.action = ledger::CreateGrant{.terms = {.amount = Credits::from_nano(5)}};
    ledger::Booked booked;
    EXPECT_TRUE(ledger::decide(state_, std::move(command), {}, booked));
    JournalBatch batch;
    JournalRecordWriter writer(batch, number, Instant::from_us(77));
    writer.add_entry(booked.stored(0));
    writer.finish();
    return batch;
  }
  Result<DerivedStart> load() const {
    DerivedStart start;
    const directory::Directory* told = nullptr;
    if (auto loaded = load_derived(*database_, start,
                                   [&told](const directory::Directory& each) { told = &each; });
        !loaded) {
      return std::move(loaded).error();
    }
    EXPECT_EQ(told, &start.working->directory());
    return start;
  }
  void add_run(Family wanted, std::string_view key, std::string_view value) {
    ASSERT_TRUE(database_->add_run([&](Family family, const Database::Put& put) {
      if (family == wanted) put(key, value);
    }));
  }
  void add_organization() {
    std::string encoded;
    append_encoded(organization_, encoded);
    add_run(Family::directory, directory::directory_key(organization_), encoded);
  }
  void add_state() {
    std::string encoded;
    ledger::append_encoded(state_, encoded);
    add_run(Family::states, organization_.id.value.as_bytes(), encoded);
  }

  const std::filesystem::path directory_ = std::filesystem::path(::testing::TempDir()) /
                                           ("farthing-recovery-" + std::to_string(::getpid()));
  std::unique_ptr<Database> database_;
  directory::Organization organization_;
  ledger::OrganizationState state_;
};

TEST_F(Recovery, OfAnEmptyDatabaseStartsAtNothing) {
  const auto start = load();
  ASSERT_TRUE(start);
  EXPECT_EQ(start->checkpoint.number, 0U);
  EXPECT_EQ(start->working->find(organization_.id), nullptr);
}

TEST_F(Recovery, AppliesBatchesOfTheJournal) {
  WorkingLedger working;
  ASSERT_TRUE(apply_batch(make_organization(1), working));
  ASSERT_TRUE(apply_batch(make_grant(2), working));
  ASSERT_TRUE(apply_batch(make_grant(3), working));
  EXPECT_EQ(working.find(organization_.id)->state.last_hash, state_.last_hash);
}

TEST_F(Recovery, LoadsTheDerivedPartAndGoesOnFromIt) {
  add_organization();
  make_grant(2);
  add_state();
  add_run(Family::meta, kCheckpointKey,
          encode(Checkpoint{.number = 2, .mark = Instant::from_us(9)}));
  const auto start = load();
  ASSERT_TRUE(start);
  EXPECT_EQ(start->checkpoint.number, 2U);
  EXPECT_EQ(start->checkpoint.mark, Instant::from_us(9));
  ASSERT_TRUE(apply_batch(make_grant(3), *start->working));
  EXPECT_EQ(start->working->find(organization_.id)->state.last_hash, state_.last_hash);
}

TEST_F(Recovery, TheLatestRunCounts) {
  add_organization();
  make_grant(2);
  add_state();
  make_grant(3);
  add_state();
  const auto start = load();
  ASSERT_TRUE(start);
  EXPECT_EQ(start->working->find(organization_.id)->state.last_seq, 2U);
}

// Ids as they come: a few at first, then thousands in one second, then a few for a long time.
std::vector<directory::Organization> many_organizations() {
  constexpr std::uint64_t kBulk = 3'000;
  std::vector<directory::Organization> all;
  const auto add = [&all](std::uint64_t prefix, std::uint64_t rest) {
    std::string id;
    ByteWriter(id).fixed(prefix).fixed(rest);
    all.push_back({.id = {Id128::from_bytes(id)}, .name = "Many"});
  };
  for (std::uint64_t i = 1; i <= 5; ++i) add(i << 40, i);
  for (std::uint64_t i = 0; i < kBulk; ++i) add((9ULL << 40) + i, ~i);
  for (std::uint64_t i = 1; i <= 5; ++i) add((9ULL + i) << 50, i);
  return all;
}

TEST_F(Recovery, LoadsTheLatestStateOfEachOfManyOrganizations) {
  const std::vector<directory::Organization> all = many_organizations();
  const auto add_states = [&](std::uint64_t last_seq) {
    ASSERT_TRUE(database_->add_run([&](Family family, const Database::Put& put) {
      for (const directory::Organization& each : all) {
        std::string encoded;
        if (family == Family::directory) {
          append_encoded(each, encoded);
          put(directory::directory_key(each), encoded);
        } else if (family == Family::states) {
          ledger::OrganizationState state;
          state.organization = each.id;
          state.last_seq = last_seq;
          ledger::append_encoded(state, encoded);
          put(each.id.value.as_bytes(), encoded);
        }
      }
    }));
  };
  for (std::uint64_t run = 1; run <= 20; ++run) add_states(run);
  const auto start = load();
  ASSERT_TRUE(start);
  for (const directory::Organization& each : all) {
    const auto* found = start->working->find(each.id);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->state.last_seq, 20U);
  }
}

TEST_F(Recovery, StatesAreCutIntoPartsOfLikeSize) {
  constexpr std::size_t kParts = 4;
  const std::vector<directory::Organization> all = many_organizations();
  const std::string value(200, 'x');
  ASSERT_TRUE(database_->add_run([&](Family family, const Database::Put& put) {
    if (family != Family::states) return;
    for (const directory::Organization& each : all) put(each.id.value.as_bytes(), value);
  }));
  EXPECT_TRUE(database_->cut(Family::audit, kParts).size() <= 1);
  std::vector<std::string> cuts = database_->cut(Family::states, kParts);
  ASSERT_EQ(cuts.size(), kParts - 1);
  cuts.emplace_back();
  std::string begin;
  for (const std::string& end : cuts) {
    std::size_t count = 0;
    ASSERT_TRUE(
        database_->scan(Family::states, begin, end, [&](auto, auto) { return ++count > 0; }));
    EXPECT_GT(count, all.size() / kParts / 2);
    begin = end;
  }
}

TEST_F(Recovery, RefusesAGapInTheEntries) {
  WorkingLedger working;
  ASSERT_TRUE(apply_batch(make_organization(1), working));
  make_grant(2);
  const auto applied = apply_batch(make_grant(3), working);
  ASSERT_FALSE(applied);
  EXPECT_NE(applied.error().message.find("missing"), std::string::npos);
}

TEST_F(Recovery, RefusesAnEntryWithoutItsOrganization) {
  WorkingLedger working;
  EXPECT_FALSE(apply_batch(make_grant(1), working));
}

TEST_F(Recovery, FindsReceiptsOnlyWhenAsked) {
  add_organization();
  const directory::DirectoryReceipt receipt{.actor = {organization_.id.value},
                                            .idempotency_key = "k",
                                            .fingerprint = {7},
                                            .record = organization_};
  std::string encoded;
  append_encoded(receipt, encoded);
  add_run(Family::directory, directory::directory_key(receipt), encoded);
  const auto start = load();
  ASSERT_TRUE(start);
  EXPECT_EQ(start->working->directory().find_receipt(receipt.actor, "k"), nullptr);
  EXPECT_NE(start->working->find(organization_.id), nullptr);
  const auto found = find_receipt(*database_, receipt.actor, "k").value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->fingerprint, receipt.fingerprint);
  EXPECT_FALSE(find_receipt(*database_, receipt.actor, "other").value());
  EXPECT_FALSE(find_receipt(*database_, receipt.actor, "").value());
}

TEST_F(Recovery, RefusesDamagedRecords) {
  add_organization();
  add_run(Family::states, organization_.id.value.as_bytes(), "not a state");
  EXPECT_FALSE(load());
}

}  // namespace farthing::store::embedded::recovery_test
