// SPDX-License-Identifier: Apache-2.0
#include "base/json/json_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace farthing::json_reader_test {

TEST(JsonReader, AcceptsWhatTheGrammarAllows) {
  const std::vector<std::string> texts = {
      "null",
      "true",
      "false",
      "0",
      "-0",
      "1.5e+300",
      "1E400",
      "-12.0625",
      R"("")",
      R"("a\/b")",
      "[]",
      "{}",
      " \t\r\n[ 1 , [ ] , { \"a\" : null } ] \n",
      R"({"":0,"a":{"a":0}})",
      "\"\xF0\x9F\x92\xB0\"",
      R"("\ud83d\udcb0")",
      "\"\x7F\"",
  };
  for (const std::string& text : texts) EXPECT_TRUE(read_json(text)) << text;
}

struct Refused {
  std::string text;
  std::size_t offset;
  std::string_view message;
};

TEST(JsonReader, RefusesEverythingElseAndSaysWhere) {
  const std::vector<Refused> table = {
      {"", 0, "unexpected end"},
      {"  ", 2, "unexpected end"},
      {"nul", 0, "unexpected character"},
      {"nulll", 4, "after the value"},
      {"True", 0, "unexpected character"},
      {"1 2", 2, "after the value"},
      {"\xEF\xBB\xBF{}", 0, "unexpected character"},
      {"+1", 0, "unexpected character"},
      {"01", 1, "leading zero"},
      {"-", 1, "without digits"},
      {"1.", 2, "after the point"},
      {".5", 0, "unexpected character"},
      {"1e", 2, "exponent"},
      {"1e+", 3, "exponent"},
      {"NaN", 0, "unexpected character"},
      {"Infinity", 0, "unexpected character"},
      {"[1,]", 3, "unexpected character"},
      {"[1 2]", 3, "expected a comma"},
      {"[", 1, "unexpected end"},
      {"[1", 2, "expected a comma"},
      {"{,}", 1, "a member's name"},
      {"{a:1}", 1, "a member's name"},
      {R"({"a" 1})", 5, "a colon"},
      {R"({"a":1,})", 7, "a member's name"},
      {R"({"a":1)", 6, "expected a comma"},
      {R"({"a":1,"b":2,"a":3})", 0, "`a` twice"},
      {R"({"a":1,"\u0061":3})", 0, "`a` twice"},
      {"\"abc", 4, "without an end"},
      {"\"\\", 2, "without an end"},
      {"\"a\nb\"", 2, "a control character"},
      {std::string("\"a\0b\"", 5), 2, "a control character"},
      {R"("\x41")", 1, "unknown escape"},
      {R"("\u12g4")", 1, "four hexadecimal"},
      {R"("\u12)", 1, "four hexadecimal"},
      {R"("\ud83d")", 1, "surrogate"},
      {R"("\ud83dA")", 1, "surrogate"},
      {R"("\udcb0")", 1, "surrogate"},
      {"\"\xC0\xAF\"", 1, "not UTF-8"},
      {"\"\xED\xA0\x80\"", 1, "not UTF-8"},
      {"\"\xF4\x90\x80\x80\"", 1, "not UTF-8"},
      {"\"\xE2\x82\"", 1, "not UTF-8"},
      {"// c\n1", 0, "unexpected character"},
      {"'a'", 0, "unexpected character"},
  };
  for (const Refused& line : table) {
    const auto value = read_json(line.text);
    ASSERT_FALSE(value) << line.text;
    EXPECT_EQ(value.error().offset, line.offset) << line.text;
    EXPECT_NE(value.error().message.find(line.message), std::string::npos)
        << line.text << ": " << value.error().message;
  }
}

TEST(JsonReader, UndoesEscapes) {
  const auto value = read_json(R"("\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\udcb0\u0000")");
  ASSERT_TRUE(value);
  using namespace std::string_literals;
  EXPECT_EQ(*(*value)->as_string(), "\"\\/\b\f\n\r\t\xC3\xA9\xE2\x82\xAC\xF0\x9F\x92\xB0\0"s);
}

TEST(JsonReader, KeepsEveryDigitAndTheTextOfEveryValue) {
  const std::string text = R"({ "n" : 1.2300000000000000000001e-5 , "o" : { "a" : [ 1 ] } })";
  const auto value = read_json(text);
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)->find("n")->text(), "1.2300000000000000000001e-5");
  EXPECT_EQ((*value)->find("o")->text(), R"({ "a" : [ 1 ] })");
  EXPECT_EQ((*value)->find("N"), nullptr);
  EXPECT_EQ((*value)->text(), text);
}

TEST(JsonReader, BoundsDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(read_json(nested(64)));
  EXPECT_FALSE(read_json(nested(65)));
  const auto deep = read_json(std::string(10'000'000, '['));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().message, "nested too deeply");
  EXPECT_EQ(deep.error().offset, 64U);
}

TEST(JsonReader, BoundsTheNumberOfValues) {
  EXPECT_TRUE(read_json("[1,2]", {.max_values = 3}));
  EXPECT_FALSE(read_json("[1,2,3]", {.max_values = 3}));
}

}  // namespace farthing::json_reader_test
