// SPDX-License-Identifier: Apache-2.0
#include "server/http/memory_budget.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace farthing::http::memory_budget_test {

TEST(MemoryBudget, GivesNoMoreThanThereIs) {
  MemoryBudget budget(100);
  MemoryShare first(budget);
  EXPECT_TRUE(first.resize(60));
  {
    MemoryShare second(budget);
    EXPECT_TRUE(second.resize(40));
    EXPECT_FALSE(second.resize(41));
    EXPECT_EQ(second.bytes(), 40U);
    EXPECT_FALSE(first.resize(61));
    EXPECT_TRUE(first.resize(10));
    EXPECT_TRUE(second.resize(90));
    EXPECT_EQ(budget.taken(), 100U);
  }
  EXPECT_EQ(budget.taken(), 10U);
  EXPECT_TRUE(first.resize(100));
  EXPECT_FALSE(first.resize(~std::size_t{0}));
  EXPECT_TRUE(first.resize(0));
  EXPECT_EQ(budget.taken(), 0U);
}

TEST(MemoryBudget, LeavesWhatIsToBeLeft) {
  MemoryBudget budget(100);
  MemoryShare first(budget);
  EXPECT_FALSE(first.resize(51, 50));
  EXPECT_TRUE(first.resize(50, 50));
  MemoryShare second(budget);
  EXPECT_FALSE(second.resize(1, 50));
  EXPECT_FALSE(second.resize(1, 200));
  EXPECT_TRUE(second.resize(50));
  // Giving back is always possible.
  EXPECT_TRUE(first.resize(40, 200));
}

TEST(MemoryBudget, CountsWhatThreadsTakeAtTheSameTime) {
  constexpr std::size_t kThreads = 4;
  MemoryBudget budget(kThreads - 1);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      MemoryShare share(budget);
      for (int round = 0; round < 10'000; ++round) {
        if (share.resize(1)) {
          EXPECT_LT(budget.taken(), kThreads);
        }
        share.resize(0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(budget.taken(), 0U);
}

}  // namespace farthing::http::memory_budget_test
