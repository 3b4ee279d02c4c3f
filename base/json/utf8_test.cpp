// SPDX-License-Identifier: Apache-2.0
#include "base/json/utf8.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace farthing::utf8_test {

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

TEST(Utf8, FindsNoCharacterInNothing) { EXPECT_EQ(utf8_character_size(""), 0U); }

TEST(Utf8, WritesEveryCharacterAsItIsRead) {
  // Every edge is of the form n or n - 1 with n a multiple of 128.
  for (std::uint32_t i = 0; i < 2 * 0x110000 / 0x80; ++i) {
    const std::uint32_t code_point = (i + 1) / 2 * 0x80 - i % 2;
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string text;
    append_utf8(code_point, text);
    ASSERT_EQ(utf8_character_size(text), text.size()) << code_point;
  }
}

}  // namespace farthing::utf8_test
