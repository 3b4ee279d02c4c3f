// SPDX-License-Identifier: Apache-2.0
#include "server/api/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::api {
namespace utf8_test {

TEST(Utf8, MeasuresCharacters) {
  EXPECT_EQ(utf8_character_size("a"), 1U);
  EXPECT_EQ(utf8_character_size("é!"), 2U);
  EXPECT_EQ(utf8_character_size("€"), 3U);
  EXPECT_EQ(utf8_character_size("😀"), 4U);
  EXPECT_EQ(utf8_character_size("\xf4\x8f\xbf\xbf"), 4U);
}

TEST(Utf8, RefusesWhatIsNone) {
  for (const std::string_view bytes :
       {"\x80", "\xc3", "\xc3(", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff"}) {
    EXPECT_EQ(utf8_character_size(bytes), 0U) << static_cast<int>(bytes.front());
    EXPECT_FALSE(is_utf8("a" + std::string(bytes))) << static_cast<int>(bytes.front());
  }
}

TEST(Utf8, KnowsAWholeText) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("aé€😀"));
}

TEST(Utf8, CountsCharactersAndNotBytes) {
  EXPECT_EQ(count_utf8_characters(""), 0U);
  EXPECT_EQ(count_utf8_characters("aé€😀"), 4U);
}

}  // namespace utf8_test
}  // namespace farthing::api
