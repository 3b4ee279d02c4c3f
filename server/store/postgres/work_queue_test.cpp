// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/work_queue.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace farthing::store::postgres::work_queue_test {

using Queue = WorkQueue<int>;
using Verdict = Queue::Verdict;

Verdict push(Queue& queue, int work, std::size_t weight = 1) { return queue.push(work, weight); }

TEST(WorkQueue, GivesWhatWaitsInOrderUpToAWeight) {
  Queue queue(100);
  for (int i = 0; i < 5; ++i) ASSERT_EQ(push(queue, i), Verdict::taken);
  EXPECT_EQ(queue.take(3), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(queue.take(3), (std::vector<int>{3, 4}));
}

TEST(WorkQueue, RefusesWhatWouldWaitTooLong) {
  Queue queue(3);
  ASSERT_EQ(push(queue, 1, 2), Verdict::taken);
  EXPECT_EQ(push(queue, 2, 2), Verdict::full);
  EXPECT_EQ(push(queue, 3, 1), Verdict::taken);
  EXPECT_EQ(push(queue, 4, 1), Verdict::full);
  EXPECT_EQ(queue.take(10), (std::vector<int>{1, 3}));
  EXPECT_EQ(push(queue, 4, 1), Verdict::taken);
}

// What one call brings stays together, so a queue must take more than it has room for, once.
TEST(WorkQueue, TakesAnythingWhenItIsEmpty) {
  Queue queue(3);
  ASSERT_EQ(push(queue, 1, 50), Verdict::taken);
  EXPECT_EQ(push(queue, 2, 1), Verdict::full);
  EXPECT_EQ(queue.take(10), std::vector<int>{1});
}

TEST(WorkQueue, ClosedItGivesTheRestAndThenNothing) {
  Queue queue(3);
  ASSERT_EQ(push(queue, 1), Verdict::taken);
  queue.close();
  EXPECT_EQ(push(queue, 2), Verdict::closed);
  EXPECT_EQ(queue.take(10), std::vector<int>{1});
  EXPECT_TRUE(queue.take(10).empty());
}

TEST(WorkQueue, WakesWhoeverWaits) {
  Queue queue(3);
  std::vector<int> taken;
  std::jthread waiting([&] { taken = queue.take(10); });
  ASSERT_EQ(push(queue, 7), Verdict::taken);
  waiting.join();
  EXPECT_EQ(taken, std::vector<int>{7});
}

TEST(WorkQueue, HoldsOthersBackWhileOneIsAtWork) {
  Queue queue(10, std::chrono::hours(1));
  ASSERT_EQ(push(queue, 1), Verdict::taken);
  ASSERT_EQ(queue.take(10), std::vector<int>{1});
  std::vector<int> taken;
  std::chrono::steady_clock::time_point taken_at;
  std::jthread other([&] {
    taken = queue.take(10);
    taken_at = std::chrono::steady_clock::now();
  });
  for (int i = 2; i < 5; ++i) ASSERT_EQ(push(queue, i), Verdict::taken);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto closed_at = std::chrono::steady_clock::now();
  queue.close();
  other.join();
  EXPECT_EQ(taken, (std::vector<int>{2, 3, 4}));
  EXPECT_GE(taken_at, closed_at);
}

TEST(WorkQueue, LetsWhoeverIsDoneBeginAgain) {
  Queue queue(10, std::chrono::hours(1));
  for (int i = 1; i < 4; ++i) {
    ASSERT_EQ(push(queue, i), Verdict::taken);
    ASSERT_EQ(queue.take(10), std::vector<int>{i});
    queue.done();
  }
}

TEST(WorkQueue, LetsAnotherBeginWhenSomethingHasWaitedTooLong) {
  constexpr std::chrono::milliseconds kHoldBack{5};
  Queue queue(10, kHoldBack);
  ASSERT_EQ(push(queue, 1), Verdict::taken);
  ASSERT_EQ(queue.take(10), std::vector<int>{1});
  const auto pushed_at = std::chrono::steady_clock::now();
  ASSERT_EQ(push(queue, 2), Verdict::taken);
  EXPECT_EQ(queue.take(10), std::vector<int>{2});
  EXPECT_GE(std::chrono::steady_clock::now() - pushed_at, kHoldBack);
}

}  // namespace farthing::store::postgres::work_queue_test
