// SPDX-License-Identifier: Apache-2.0
#include "server/http/input_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace farthing::http::input_buffer_test {

void append(InputBuffer& buffer, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto room = buffer.prepare();
    const std::size_t size = std::min(room.size(), bytes.size());
    bytes.copy(room.data(), size);
    buffer.commit(size);
    bytes.remove_prefix(size);
  }
}

TEST(InputBuffer, KeepsItsBytesWhileItGrowsAndMoves) {
  InputBuffer buffer;
  std::string expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string piece =
        std::to_string(i) + std::string(static_cast<std::size_t>(i % 40), '.');
    append(buffer, piece);
    expected += piece;
    if (i % 3 == 0) {
      const std::size_t consumed = std::min<std::size_t>(7, expected.size());
      buffer.consume(consumed);
      expected.erase(0, consumed);
    }
    ASSERT_EQ(buffer.view(), expected);
  }
}

TEST(InputBuffer, ErasesInTheMiddle) {
  InputBuffer buffer;
  append(buffer, "head--5--body");
  buffer.erase(4, 5);
  EXPECT_EQ(buffer.view(), "headbody");
  buffer.erase(4, 4);
  EXPECT_EQ(buffer.view(), "head");
  buffer.erase(4, 0);
  buffer.consume(4);
  EXPECT_TRUE(buffer.empty());
}

TEST(InputBuffer, GivesMemoryBackOnlyWhenItIsEmpty) {
  InputBuffer buffer;
  const std::size_t usual = buffer.prepare().size();
  append(buffer, std::string(100'000, 'x'));
  buffer.consume(99'999);
  buffer.shrink_if_empty();
  EXPECT_EQ(buffer.view(), "x");
  buffer.consume(1);
  EXPECT_GT(buffer.prepare().size(), usual);
  buffer.shrink_if_empty();
  EXPECT_EQ(buffer.prepare().size(), usual);
}

}  // namespace farthing::http::input_buffer_test
