// SPDX-License-Identifier: Apache-2.0
#include "server/service/id_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace farthing::service::id_table_test {

struct Count {
  std::atomic<std::int64_t> value{0};
  void clear() { value = 0; }
};

std::int64_t worth_of(const Count& count) { return count.value; }

Id128 id_of(std::uint64_t number) {
  Id128 id;
  std::memcpy(id.bytes.data() + 8, &number, sizeof number);
  return id;
}

TEST(IdTable, KeepsACellForEachId) {
  IdTable<Count> table(16'384);
  for (std::uint64_t i = 1; i <= 100; ++i) {
    table.find_or_claim(id_of(i), worth_of).value = static_cast<std::int64_t>(i);
  }
  std::set<std::int64_t> seen;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    ASSERT_NE(table.find(id_of(i)), nullptr) << i;
    EXPECT_EQ(table.find_or_claim(id_of(i), worth_of).value, static_cast<std::int64_t>(i));
  }
  table.for_each([&](const Id128&, Count& count) { seen.insert(count.value); });
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(table.find(id_of(101)), nullptr);
}

TEST(IdTable, TellsTheSmallestIdsFromFreeCells) {
  IdTable<Count> table(16);
  EXPECT_EQ(table.find(Id128{}), nullptr);
  table.find_or_claim(Id128{}, worth_of).value = 7;
  ASSERT_NE(table.find(Id128{}), nullptr);
  EXPECT_EQ(table.find(Id128{})->value, 7);
  Id128 one;
  one.bytes[0] = 1;
  EXPECT_EQ(table.find(one), nullptr);
}

TEST(IdTable, AFloodDisplacesItselfAndNotWhatIsWorthMore) {
  IdTable<Count> table(64);
  table.find_or_claim(id_of(1), worth_of).value = 1'000'000;
  for (std::uint64_t i = 2; i < 100'000; ++i) table.find_or_claim(id_of(i), worth_of).value = 1;
  ASSERT_NE(table.find(id_of(1)), nullptr);
  EXPECT_EQ(table.find(id_of(1))->value, 1'000'000);
  std::size_t kept = 0;
  table.for_each([&](const Id128&, Count&) { ++kept; });
  EXPECT_LE(kept, 64U) << "and it does not grow";
}

TEST(IdTable, ACellThatIsGivenAwayIsCleared) {
  IdTable<Count> table(1);
  for (std::uint64_t i = 1; i < 1'000; ++i) {
    Count& count = table.find_or_claim(id_of(i), worth_of);
    EXPECT_EQ(count.value, 0) << i;
    count.value = 5;
  }
}

// Two threads that bring the same new id at once may give it two cells, but nothing is counted
// twice, and next to nothing gets lost.
TEST(IdTable, IsUsedByManyThreadsAtOnce) {
  constexpr std::int64_t kEach = 20'000;
  IdTable<Count> table(16'384);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&table] {
      for (std::uint64_t n = 0; n < kEach; ++n) {
        ++table.find_or_claim(id_of(n % 300 + 1), worth_of).value;
      }
    });
  }
  threads.clear();
  std::int64_t counted = 0;
  table.for_each([&](const Id128&, Count& count) { counted += count.value; });
  EXPECT_LE(counted, 4 * kEach);
  EXPECT_GE(counted, 4 * kEach - 1'000);
}

}  // namespace farthing::service::id_table_test
