// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/pending_outcomes.hpp"

#include <gtest/gtest.h>

namespace farthing::store {
namespace {

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

TEST(PendingOutcomes, FindsAKeyOfItsOrganizationOnly) {
  PendingOutcomes pending;
  pending.add(make_batch(1, "entry"), organization(1), "key", 0);
  EXPECT_EQ(pending.find(organization(1), "key"), "entry");
  EXPECT_FALSE(pending.find(organization(2), "key"));
  EXPECT_FALSE(pending.find(organization(1), "other"));
}

TEST(PendingOutcomes, FindsWhatTheBatchHoldsThoughItGrows) {
  PendingOutcomes pending;
  auto batch = std::make_shared<JournalBatch>();
  JournalRecordWriter writer(*batch, 1, Instant());
  for (std::size_t i = 0; i < 100; ++i) {
    writer.add_entry("entry " + std::to_string(i));
    pending.add(batch, organization(1), std::to_string(i), i);
  }
  EXPECT_EQ(pending.find(organization(1), "0"), "entry 0");
  EXPECT_EQ(pending.find(organization(1), "99"), "entry 99");
}

TEST(PendingOutcomes, ForgetsBatchesUpToANumber) {
  PendingOutcomes pending;
  for (std::uint64_t number = 1; number <= 3; ++number) {
    pending.add(make_batch(number, "entry"), organization(1), std::to_string(number), 0);
  }
  pending.evict(2);
  EXPECT_EQ(pending.evicted_to(), 2U);
  EXPECT_FALSE(pending.find(organization(1), "1"));
  EXPECT_FALSE(pending.find(organization(1), "2"));
  EXPECT_TRUE(pending.find(organization(1), "3"));
}

}  // namespace
}  // namespace farthing::store
