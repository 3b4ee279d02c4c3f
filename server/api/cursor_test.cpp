// SPDX-License-Identifier: Apache-2.0
#include "server/api/cursor.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::api::cursor_test {

const Id128 kLast = Id128::make(Instant::from_us(1'795'348'800'000'000));

TEST(Cursor, LeadsBackToTheId) {
  const std::string cursor = make_cursor("users", kLast);
  EXPECT_EQ(parse_cursor("users", cursor), kLast);
  EXPECT_EQ(cursor.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos);
}

TEST(Cursor, BelongsToOneList) {
  const std::string cursor = make_cursor("users", kLast);
  EXPECT_FALSE(parse_cursor("organizations", cursor));
  EXPECT_FALSE(parse_cursor("", cursor));
}

TEST(Cursor, IsRefusedWhenItWasChanged) {
  const std::string cursor = make_cursor("users", kLast);
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string changed = cursor;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_FALSE(parse_cursor("users", changed)) << i;
    EXPECT_FALSE(parse_cursor("users", cursor.substr(0, i))) << i;
  }
  EXPECT_FALSE(parse_cursor("users", cursor + "0"));
  EXPECT_FALSE(parse_cursor("users", "%%%"));
}

}  // namespace farthing::api::cursor_test
