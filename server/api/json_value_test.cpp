// SPDX-License-Identifier: Apache-2.0
#include "server/api/json_value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::api {
namespace json_value_test {

std::string canonical(std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return "error: " + value.error();
  std::string out;
  (*value)->append_canonical(out);
  return out;
}

std::string two_of(const std::string& number, std::string_view separator) {
  return std::string("[").append(number).append(separator).append(number).append("]");
}

TEST(JsonValue, KeepsTheDigitsOfNumbers) {
  for (const std::string number :
       {"0", "-0", "12.50", "1e2", "1E+2", "-1.5e-3", "0.000000001", "9223372036.854775807",
        "123456789012345678901234567890", "18446744073709551616", "0.1234567890123456789012",
        "100000000000000000000.000000000000000000001", "1e308", "1e-400"}) {
    const auto alone = parse_json(number);
    ASSERT_TRUE(alone) << number << ": " << alone.error();
    ASSERT_NE((*alone)->as_number(), nullptr) << number;
    EXPECT_EQ((*alone)->as_number()->literal, number);
    EXPECT_EQ(canonical(two_of(number, " , ")), two_of(number, ","));
  }
}

TEST(JsonValue, ReadsEveryKind) {
  const auto value = parse_json(R"( {"n":null,"b":true,"s":"x\u00e9\n","a":[1,[]],"o":{}} )");
  ASSERT_TRUE(value) << value.error();
  const auto* object = (*value)->as_object();
  ASSERT_NE(object, nullptr);
  ASSERT_EQ(object->size(), 5U);
  EXPECT_EQ((*object)[0].name, "n");
  EXPECT_EQ((*object)[0].value.as_string(), nullptr);
  EXPECT_TRUE(*(*object)[1].value.as_boolean());
  EXPECT_EQ(*(*object)[2].value.as_string(), "xé\n");
  EXPECT_EQ((*object)[3].value.as_array()->size(), 2U);
  EXPECT_TRUE((*object)[4].value.as_object()->empty());
}

// Objects in arrays in objects, with more values waiting than most requests have.
TEST(JsonValue, KeepsWhatBelongsTogether) {
  const std::string text =
      R"({"a":[1,{"b":[],"c":[2,[3,4],{}]},5],"d":{"e":{"f":[null,true]},"g":6},)"
      R"("h":[7,8,9,10,11,12,13,14,15,16,17,18,19],"i":"","j":"k"})";
  EXPECT_EQ(canonical(text), text);
}

TEST(JsonValue, StringsArePartsOfTheTextUnlessTheyHaveEscapes) {
  const std::string text = R"({"plain":"abc","\u0065scaped":"\"","one":"1\u0032","n":12.5})";
  auto read = parse_json(text);
  ASSERT_TRUE(read) << read.error();
  const JsonDocument moved = *std::move(read);
  const auto* object = moved->as_object();
  ASSERT_NE(object, nullptr);
  ASSERT_EQ(object->size(), 4U);
  const auto is_part = [&](std::string_view part) {
    return part.data() >= text.data() && part.data() < text.data() + text.size();
  };
  EXPECT_TRUE(is_part((*object)[0].name));
  EXPECT_TRUE(is_part(*(*object)[0].value.as_string()));
  EXPECT_EQ(*(*object)[0].value.as_string(), "abc");
  EXPECT_EQ((*object)[1].name, "escaped");
  EXPECT_EQ(*(*object)[1].value.as_string(), "\"");
  EXPECT_EQ(*(*object)[2].value.as_string(), "12");
  EXPECT_TRUE(is_part((*object)[3].value.as_number()->literal));
}

// The parser hands on a long text with escapes in many parts, from a buffer of its own.
TEST(JsonValue, ReadsLongTextsWithEscapes) {
  for (const std::size_t size : {100U, 5'000U, 100'000U}) {
    const std::string run(size, 'x');
    std::string written = run;
    written.append(R"(\n)").append(run).append(R"(\u00e9)").append(run);
    std::string meant = run;
    meant.append("\n").append(run).append("é").append(run);
    std::string text = R"({")";
    text.append(written).append(R"(":[")").append(written).append(R"(",")").append(run);
    text.append(R"(",""]})");
    const auto read = parse_json(text);
    ASSERT_TRUE(read) << read.error();
    const JsonMember& member = (*read)->as_object()->front();
    EXPECT_EQ(member.name, meant);
    ASSERT_EQ(member.value.as_array()->size(), 3U);
    EXPECT_EQ(*member.value.as_array()->at(0).as_string(), meant);
    EXPECT_EQ(*member.value.as_array()->at(1).as_string(), run);
    EXPECT_EQ(*member.value.as_array()->at(2).as_string(), "");
  }
}

TEST(JsonValue, CanonicalTextIgnoresOrderBlanksAndEscapes) {
  const std::string expected = R"({"":[],"a":{"x":1.0,"y":"é"},"b":[2,1,null,false]})";
  EXPECT_EQ(canonical(expected), expected);
  EXPECT_EQ(canonical(R"( { "b" : [2, 1, null, false], "a":{"y":"\u00E9","x":1.0},"":[] } )"),
            expected);
}

TEST(JsonValue, RefusesWhatIsNotJson) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "01",
                                      "+1",
                                      ".5",
                                      "1.",
                                      "1e",
                                      "NaN",
                                      "Infinity",
                                      "nul",
                                      "\"",
                                      "\"\n\"",
                                      "\"\\x\"",
                                      "\"\\ud800\"",
                                      "1 2",
                                      "{}{}",
                                      "// no\n1",
                                      "\xef\xbb\xbf{}",
                                      "\"\xff\"",
                                      "\"\xc0\x80\"",
                                      "{\"\xff\":1}",
                                      "[1}"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_TRUE(value.error().starts_with("It is not JSON")) << value.error();
  }
  EXPECT_FALSE(parse_json(std::string_view("\0", 1)));
  EXPECT_FALSE(parse_json(std::string_view("1\0", 2)));
}

TEST(JsonValue, RefusesAMemberThatOccursTwice) {
  EXPECT_EQ(canonical(R"({"a":1,"b":2,"a":1})"),
            "error: The member \"a\" occurs twice in one object.");
  EXPECT_EQ(canonical(R"([{"x":{"a":1,"\u0061":2}}])"),
            "error: The member \"a\" occurs twice in one object.");
  EXPECT_EQ(canonical(R"([{"a":1},{"a":1}])"), R"([{"a":1},{"a":1}])");
}

TEST(JsonValue, RefusesTooDeepDocuments) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_json(nested(kMaxJsonDepth)));
  EXPECT_FALSE(parse_json(nested(kMaxJsonDepth + 1)));
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
}

}  // namespace json_value_test
}  // namespace farthing::api
