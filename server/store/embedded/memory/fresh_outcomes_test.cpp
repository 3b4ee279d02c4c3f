// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/memory/fresh_outcomes.hpp"

#include <gtest/gtest.h>

namespace farthing::store::embedded::fresh_outcomes_test {

std::shared_ptr<JournalBatch> make_batch(std::uint64_t number, std::string_view entry) {
  auto batch = std::make_shared<JournalBatch>();
  JournalRecordWriter writer(*batch, number, Instant());
  writer.add_entry(entry);
  return batch;
}

OrganizationId organization(std::uint8_t number) {
  OrganizationId id;
  id.value.bytes[15] = number;
  return id;
}

std::string_view entry_at(const std::optional<FreshOutcomes::Place>& place) {
  return place ? place->batch->encoded_entry(place->index) : "nothing";
}

TEST(FreshOutcomes, FindsAKeyOfItsOrganizationOnly) {
  FreshOutcomes fresh;
  fresh.add(make_batch(1, "entry"), organization(1), "key", 0);
  EXPECT_EQ(entry_at(fresh.find(organization(1), "key")), "entry");
  EXPECT_FALSE(fresh.find(organization(2), "key"));
  EXPECT_FALSE(fresh.find(organization(1), "other"));
}

TEST(FreshOutcomes, FindsWhatTheBatchHoldsThoughItGrows) {
  FreshOutcomes fresh;
  auto batch = std::make_shared<JournalBatch>();
  JournalRecordWriter writer(*batch, 1, Instant());
  for (std::size_t i = 0; i < 100; ++i) {
    writer.add_entry("entry " + std::to_string(i));
    fresh.add(batch, organization(1), std::to_string(i), i);
  }
  EXPECT_EQ(entry_at(fresh.find(organization(1), "0")), "entry 0");
  EXPECT_EQ(entry_at(fresh.find(organization(1), "99")), "entry 99");
}

TEST(FreshOutcomes, FindsEachOfManyKeys) {
  constexpr std::size_t kKeys = 20'000;
  FreshOutcomes fresh;
  auto batch = std::make_shared<JournalBatch>();
  JournalRecordWriter writer(*batch, 1, Instant());
  for (std::size_t i = 0; i < kKeys; ++i) {
    writer.add_entry(std::to_string(i));
    fresh.add(batch, organization(static_cast<std::uint8_t>(i % 7)), "key " + std::to_string(i), i);
  }
  for (std::size_t i = 0; i < kKeys; ++i) {
    const std::string key = "key " + std::to_string(i);
    ASSERT_EQ(entry_at(fresh.find(organization(static_cast<std::uint8_t>(i % 7)), key)),
              std::to_string(i));
    ASSERT_FALSE(fresh.find(organization(9), key));
  }
}

TEST(FreshOutcomes, ForgetsRunsThatAreDerivedInFull) {
  FreshOutcomes fresh;
  for (std::uint64_t number = 1; number <= 4; ++number) {
    fresh.add(make_batch(number, "entry"), organization(1), std::to_string(number), 0);
    if (number == 2) fresh.begin_run();
  }
  fresh.forget(1);
  EXPECT_TRUE(fresh.find(organization(1), "1")) << "its run goes on";
  fresh.forget(3);
  EXPECT_EQ(fresh.forgotten_to(), 3U);
  EXPECT_FALSE(fresh.find(organization(1), "1"));
  EXPECT_FALSE(fresh.find(organization(1), "2"));
  EXPECT_TRUE(fresh.find(organization(1), "3"));
  EXPECT_TRUE(fresh.find(organization(1), "4"));
}

TEST(FreshOutcomes, GoesOnAfterAllIsForgotten) {
  FreshOutcomes fresh;
  fresh.add(make_batch(1, "entry"), organization(1), "1", 0);
  fresh.begin_run();
  fresh.forget(1);
  EXPECT_FALSE(fresh.find(organization(1), "1"));
  fresh.add(make_batch(2, "entry"), organization(1), "2", 0);
  EXPECT_TRUE(fresh.find(organization(1), "2"));
}

}  // namespace farthing::store::embedded::fresh_outcomes_test
