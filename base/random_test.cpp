// SPDX-License-Identifier: Apache-2.0
#include "base/random.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <set>
#include <vector>

namespace farthing::random_test {

using Block = std::array<std::uint8_t, 16>;

Block draw() {
  Block block{};
  fill_random(block);
  return block;
}

TEST(Random, NeverGivesTheSameTwice) {
  std::set<Block> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(draw()).second);
}

TEST(Random, FillsRequestsOfEverySizeToTheEnd) {
  for (const std::size_t size : {0U, 1U, 7U, 1023U, 1024U, 1025U, 5000U}) {
    // A byte that stays zero in all of 32 draws was not filled.
    std::vector<std::uint8_t> seen(size);
    for (int round = 0; round < 32; ++round) {
      std::vector<std::uint8_t> bytes(size);
      fill_random(bytes);
      for (std::size_t i = 0; i < size; ++i) seen[i] |= bytes[i];
    }
    for (std::size_t i = 0; i < size; ++i) ASSERT_NE(seen[i], 0) << i << " of " << size;
  }
}

TEST(Random, IsDrawnAnewInAForkedChild) {
  draw();  // so that a pool is there to be inherited
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Block block = draw();
    const bool is_written = ::write(ends[1], block.data(), block.size()) == 16;
    ::_exit(is_written ? 0 : 1);
  }
  Block of_child{};
  EXPECT_EQ(::read(ends[0], of_child.data(), of_child.size()), 16);
  EXPECT_NE(of_child, draw());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace farthing::random_test
