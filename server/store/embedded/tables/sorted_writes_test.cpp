// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/tables/sorted_writes.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>

namespace farthing::store::embedded::sorted_writes_test {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(SortedWrites& writes, Family family) {
  Pairs pairs;
  writes.sort([] {});
  writes.visit(family, [&](std::string_view key, std::string_view value) {
    pairs.emplace_back(key, value);
  });
  return pairs;
}

TEST(SortedWrites, GivesEachFamilyItsOwn) {
  SortedWrites writes;
  writes.add(Family::entries, "b", "1");
  writes.add(Family::states, "c", "2");
  writes.add_copy(Family::entries, "a", "3");
  EXPECT_EQ(pairs_of(writes, Family::entries), (Pairs{{"a", "3"}, {"b", "1"}}));
  EXPECT_EQ(pairs_of(writes, Family::states), (Pairs{{"c", "2"}}));
  EXPECT_TRUE(pairs_of(writes, Family::meta).empty());
}

TEST(SortedWrites, OfTwoWithTheSameKeyTheLaterCounts) {
  SortedWrites writes;
  writes.add(Family::entries, "key", "first");
  writes.add(Family::entries, "other", "value");
  writes.add(Family::entries, "key", "second");
  EXPECT_EQ(pairs_of(writes, Family::entries), (Pairs{{"key", "second"}, {"other", "value"}}));
}

TEST(SortedWrites, StepsWhileItSorts) {
  SortedWrites writes;
  std::size_t steps = 0;
  writes.add(Family::entries, "key", "value");
  writes.sort([&] { ++steps; });
  EXPECT_EQ(steps, 0U);
  for (int i = 0; i < 1'000; ++i) {
    writes.add_copy(Family::entries, std::to_string(i * 7'919 % 1'000), "value");
  }
  writes.sort([&] { ++steps; });
  // A thousand keys take at least some 8 500 comparisons.
  EXPECT_GT(steps, 50U);
  EXPECT_LT(steps, 1'000U);
}

TEST(SortedWrites, ForgetsWhenCleared) {
  SortedWrites writes;
  writes.add(Family::entries, "key", "value");
  writes.clear();
  EXPECT_TRUE(pairs_of(writes, Family::entries).empty());
}

// Keys of few letters and all lengths around the words that are compared first, zero bytes
// included.
TEST(SortedWrites, SortsAsAMapDoes) {
  std::mt19937 random(7);
  SortedWrites writes;
  std::map<std::string, std::string> expected;
  for (int i = 0; i < 5'000; ++i) {
    std::string key(random() % 30, '\0');
    for (char& c : key) c = "\0\1a\xff"[random() % 4];
    writes.add_copy(Family::outcomes, key, std::to_string(i));
    expected[key] = std::to_string(i);
  }
  EXPECT_EQ(pairs_of(writes, Family::outcomes), Pairs(expected.begin(), expected.end()));
}

}  // namespace farthing::store::embedded::sorted_writes_test
