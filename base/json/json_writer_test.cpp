// SPDX-License-Identifier: Apache-2.0
#include "base/json/json_writer.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/credits.hpp"
#include "base/json/json_reader.hpp"

namespace farthing::json_writer_test {

std::string quoted(std::string_view text) {
  std::string json;
  append_json_string(text, json);
  return json;
}

TEST(JsonWriter, PutsTheCommas) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_object().member("a", "1").name("b").begin_array();
  writer.string("x").literal("2").begin_object().end_object().begin_array().end_array();
  writer.end_array().name("c").boolean(true).member_if_any("d", "").member_if_any("e", "f");
  writer.end_object();
  EXPECT_EQ(json, R"({"a":"1","b":["x",2,{},[]],"c":true,"e":"f"})");
}

TEST(JsonWriter, EscapesWhatJsonDemands) {
  EXPECT_EQ(quoted("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(quoted("a\"b\\c\n\r\t\x01/"), R"("a\"b\\c\n\r\t\u0001/")");
  EXPECT_EQ(quoted("\n\r\t"), R"("\n\r\t")");
  EXPECT_EQ(quoted(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(quoted("é€😀"), "\"é€😀\"");
}

// Text is looked at eight characters at once.
TEST(JsonWriter, FindsWhatNeedsCareWhereverItStands) {
  for (int code = 0; code < 0x80; ++code) {
    const char c = static_cast<char>(code);
    const std::string alone = quoted(std::string_view(&c, 1));
    const bool is_plain = c >= 0x20 && c != '"' && c != '\\';
    EXPECT_EQ(alone.size() == 3, is_plain) << code;
    const std::string escaped = alone.substr(1, alone.size() - 2);
    for (std::size_t at = 0; at < 18; ++at) {
      std::string text(18, '!');
      text[at] = c;
      std::string expected(20, '!');
      expected.front() = expected.back() = '"';
      expected.replace(at + 1, 1, escaped);
      EXPECT_EQ(quoted(std::string_view(text)), expected) << code << " at " << at;
    }
  }
}

TEST(JsonWriter, WritesWhatAppendsItself) {
  struct Twice {
    std::string_view text;
    void append_to(std::string& out) const { out.append(text).append(text); }
  };
  std::string json;
  JsonWriter writer(json);
  writer.begin_object().member("a", Twice{"x"}).member("b", Twice{}).member("c", "d").end_object();
  EXPECT_EQ(json, R"({"a":"xx","b":"","c":"d"})");
}

TEST(JsonWriter, WritesJsonWhateverTheBytes) {
  EXPECT_EQ(quoted("a\xff"
                   "b"),
            "\"a\xef\xbf\xbd"
            "b\"");
  EXPECT_EQ(quoted("\xe2\x82"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(JsonWriter, EveryByteReadsBack) {
  for (int byte = 0; byte < 128; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const std::string json = quoted(std::string_view(text));
    const auto value = read_json(json);
    ASSERT_TRUE(value) << byte;
    EXPECT_EQ(*(*value)->as_string(), text);
  }
}

TEST(JsonWriter, LeavesOutWhatIsNotThere) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_object().member_if_any("a", std::optional<std::string>());
  writer.member_if_any("b", std::optional<std::string>("")).name("c").integer(-7);
  writer.member_if_any("d", std::optional<Credits>(Credits::from_nano(1))).end_object();
  EXPECT_EQ(json, R"({"b":"","c":-7,"d":"0.000000001"})");
}

}  // namespace farthing::json_writer_test
