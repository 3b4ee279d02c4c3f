// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/memory/key_filter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

namespace farthing::store::embedded::key_filter_test {

constexpr std::size_t kManyKeys = 300'000;

std::string key(std::size_t number) { return "organization-" + std::to_string(number); }

std::size_t count_mistaken(const KeyFilter& filter, std::size_t asked) {
  std::size_t mistaken = 0;
  for (std::size_t i = 0; i < asked; ++i) mistaken += filter.may_have("fresh" + key(i)) ? 1 : 0;
  return mistaken;
}

TEST(KeyFilter, MayHaveAnythingUntilItIsComplete) {
  KeyFilter filter(1 << 20);
  EXPECT_TRUE(filter.may_have("a"));
  filter.set_complete();
  EXPECT_FALSE(filter.may_have("a"));
  filter.add("a");
  EXPECT_TRUE(filter.may_have("a"));
}

TEST(KeyFilter, HasEveryKeyAndTakesFewOthersForThem) {
  KeyFilter filter(std::size_t{8} << 20);
  for (std::size_t i = 0; i < kManyKeys; ++i) filter.add(key(i));
  filter.set_complete();
  for (std::size_t i = 0; i < kManyKeys; ++i) ASSERT_TRUE(filter.may_have(key(i))) << i;
  EXPECT_LT(count_mistaken(filter, 10'000), 50U);
}

// However many parts there are, they make few mistakes together.
TEST(KeyFilter, TakesFewFreshKeysForKnownOnesAtEverySize) {
  KeyFilter filter(std::size_t{64} << 20);
  filter.set_complete();
  std::size_t added = 0;
  for (const std::size_t size : {20'000U, 100'000U, 500'000U, 1'000'000U, 3'300'000U}) {
    for (; added < size; ++added) filter.add(key(added));
    EXPECT_LT(count_mistaken(filter, 20'000), 300U) << size;
    // Twelve bits a key when a part is full, and several times as much right after one was added.
    EXPECT_LT(filter.bytes() * 8, std::max<std::size_t>(8 * 65'536, 60 * size)) << size;
  }
}

TEST(KeyFilter, TakesAsMuchMemoryAsItMayAndGoesOn) {
  constexpr std::size_t kBytes = std::size_t{200} << 10;
  KeyFilter filter(kBytes);
  for (std::size_t i = 0; i < kManyKeys; ++i) filter.add(key(i));
  filter.set_complete();
  EXPECT_LE(filter.bytes(), kBytes);
  EXPECT_GT(filter.bytes(), kBytes / 2);
  for (std::size_t i = 0; i < kManyKeys; ++i) ASSERT_TRUE(filter.may_have(key(i))) << i;
}

TEST(KeyFilter, IsAddedToAndAskedByManyThreads) {
  constexpr std::size_t kKeysEach = 20'000;
  KeyFilter filter(std::size_t{8} << 20);
  filter.set_complete();
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&filter, t] {
      for (std::size_t i = t * kKeysEach; i < (t + 1) * kKeysEach; ++i) {
        filter.add(key(i));
        EXPECT_TRUE(filter.may_have(key(i)));
      }
    });
  }
  for (std::thread& each : threads) each.join();
  for (std::size_t i = 0; i < 4 * kKeysEach; ++i) ASSERT_TRUE(filter.may_have(key(i))) << i;
}

}  // namespace farthing::store::embedded::key_filter_test
