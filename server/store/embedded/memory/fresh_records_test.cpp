// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/memory/fresh_records.hpp"

#include <gtest/gtest.h>

#include "tests/model/story.hpp"

namespace farthing::store::embedded::fresh_records_test {

// The entries of a story, each in a batch of its own.
class FreshRecordsTest : public ::testing::Test {
 protected:
  FreshRecordsTest() {
    for (const std::string line :
         {"0 grant 1 5", "1 charge 2 4", "2 refund 3 1 charge=2", "3 refund 4 2 charge=2"}) {
      story_.tell(line);
    }
    for (const ledger::Entry& entry : story_.entries()) {
      auto batch = std::make_shared<JournalBatch>();
      JournalRecordWriter writer(*batch, entry.seq, entry.at);
      std::string encoded;
      ledger::append_encoded(entry, ledger::canonical_bytes(entry), encoded);
      writer.add_entry(encoded);
      fresh_.add(batch, entry, 0);
      fresh_.begin_run();
    }
  }
  // What is known to be refunded of the charge, from its record as it was made.
  std::string refunded(const Id128& id) const {
    auto record = ledger::make_record(story_.entries()[1]).value();
    fresh_.update(record, story_.state().organization, id);
    return std::get<ledger::ChargeRecord>(record.value).refunded.to_string();
  }

  model::Story story_;
  FreshRecords fresh_;
};

TEST_F(FreshRecordsTest, AppliesWhatHasChangedARecord) {
  EXPECT_EQ(refunded(story_.id_of(2)), "3");
  EXPECT_EQ(refunded(story_.id_of(1)), "0");
}

TEST_F(FreshRecordsTest, AppliesNothingTwice) {
  auto record = *story_.records().find(story_.id_of(2));
  fresh_.update(record, story_.state().organization, story_.id_of(2));
  EXPECT_EQ(std::get<ledger::ChargeRecord>(record.value).refunded.to_string(), "3");
}

TEST_F(FreshRecordsTest, ForgetsRunsThatAreDerived) {
  fresh_.forget(2);
  EXPECT_EQ(refunded(story_.id_of(2)), "3");
  fresh_.forget(3);
  auto record = ledger::make_record(story_.entries()[1]).value();
  ledger::apply(record, story_.entries()[2]);
  fresh_.update(record, story_.state().organization, story_.id_of(2));
  EXPECT_EQ(std::get<ledger::ChargeRecord>(record.value).refunded.to_string(), "3");
  fresh_.forget(4);
  EXPECT_EQ(refunded(story_.id_of(2)), "0");
}

// What came to the records of callers' keys on two days, each in a batch of its own.
TEST(FreshSpending, IsAppliedOnceAndForgottenWhenItIsDerived) {
  const OrganizationId organization{model::id(1)};
  const ApiKeyId key{model::id(2)};
  FreshRecords fresh;
  std::vector<ledger::PastSpending> days;
  for (std::uint64_t day = 1; day <= 2; ++day) {
    days.push_back({.organization = organization, .caller_key = key, .seq = 10 * day, .spent = {}});
    ledger::add_spent(days.back().spent, Credits::from_nano(5),
                      model::second(static_cast<std::int64_t>(day) * 86'400));
    fresh.add(day, days.back());
    fresh.begin_run();
  }
  const auto total = [&](std::size_t derived, ApiKeyId of_key) {
    ledger::SpendingRecord record;
    for (std::size_t i = 0; i < derived; ++i) apply(record, days[i]);
    fresh.update(record, organization, of_key);
    return record.spent.total.nano();
  };
  EXPECT_EQ(total(0, key), 10);
  EXPECT_EQ(total(1, key), 10);
  EXPECT_EQ(total(2, key), 10);
  EXPECT_EQ(total(0, {model::id(3)}), 0);
  fresh.forget(1);
  EXPECT_EQ(total(0, key), 5);
  EXPECT_EQ(total(1, key), 10);
  fresh.forget(2);
  EXPECT_EQ(total(0, key), 0);
}

}  // namespace farthing::store::embedded::fresh_records_test
