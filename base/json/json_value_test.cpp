// SPDX-License-Identifier: Apache-2.0
#include "base/json/json_value.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/json/json_reader.hpp"

namespace farthing::json_value_test {

std::string canonical(std::string_view text) {
  const auto value = read_json(text);
  if (!value) return "error: " + value.error().message;
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
    const auto alone = read_json(number);
    ASSERT_TRUE(alone) << number << ": " << alone.error().message;
    ASSERT_NE((*alone)->as_number(), nullptr) << number;
    EXPECT_EQ((*alone)->as_number()->literal, number);
    EXPECT_EQ(canonical(two_of(number, " , ")), two_of(number, ","));
  }
}

TEST(JsonValue, ReadsEveryKind) {
  const auto value = read_json(R"( {"n":null,"b":true,"s":"x\u00e9\n","a":[1,[]],"o":{}} )");
  ASSERT_TRUE(value) << value.error().message;
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
  auto read = read_json(text);
  ASSERT_TRUE(read) << read.error().message;
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
    const auto read = read_json(text);
    ASSERT_TRUE(read) << read.error().message;
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
    const auto value = read_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_LE(value.error().offset, text.size()) << text;
    EXPECT_FALSE(value.error().repeated_name) << text;
  }
  EXPECT_FALSE(read_json(std::string_view("\0", 1)));
  EXPECT_FALSE(read_json(std::string_view("1\0", 2)));
}

TEST(JsonValue, RefusesAMemberThatOccursTwice) {
  for (const std::string_view text : {R"({"a":1,"b":2,"a":1})", R"([{"x":{"a":1,"\u0061":2}}])"}) {
    const auto value = read_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().repeated_name, "a");
  }
  EXPECT_EQ(read_json(R"({"":1,"":2})").error().repeated_name, "");
  EXPECT_EQ(canonical(R"([{"a":1},{"a":1}])"), R"([{"a":1},{"a":1}])");
}

// Members are compared one by one up to a number of them, and sorted from there on.
TEST(JsonValue, FindsAMemberThatOccursTwiceAmongMany) {
  for (int count = 1; count < 20; ++count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) text.append("\"m").append(std::to_string(i)).append("\":0,");
    EXPECT_TRUE(read_json(text + R"("last":0})")) << count;
    const auto value = read_json(text + R"("m0":0})");
    ASSERT_FALSE(value) << count;
    EXPECT_EQ(value.error().repeated_name, "m0");
  }
}

// Such a number is JSON, but no two readers agree on what is too much.
TEST(JsonValue, RefusesExponentsOfMoreThan32Bits) {
  EXPECT_TRUE(read_json("1e2147483647"));
  EXPECT_TRUE(read_json("1e-00000000000000000007"));
  EXPECT_FALSE(read_json("1e2147483648"));
  EXPECT_FALSE(read_json("1e-2147483648"));
  EXPECT_FALSE(read_json("[0.0E+99999999999999999999999]"));
}

TEST(JsonValue, KnowsItsTypeItsTextAndItsMembers) {
  const std::string text = R"( {"a" : [ 1 , null ], "b\n" : "x\ty", "c":true} )";
  const auto value = read_json(text);
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)->type(), JsonType::object);
  EXPECT_EQ((*value)->text(), text.substr(1, text.size() - 2));
  EXPECT_EQ((*value)->find("a")->type(), JsonType::array);
  EXPECT_EQ((*value)->find("a")->text(), "[ 1 , null ]");
  EXPECT_EQ((*value)->find("a")->find("a"), nullptr);
  EXPECT_EQ((*value)->find("b\n")->type(), JsonType::string);
  EXPECT_EQ((*value)->find("b\n")->text(), R"("x\ty")");
  EXPECT_EQ((*value)->find("c")->type(), JsonType::boolean);
  EXPECT_EQ((*value)->find("d"), nullptr);
  EXPECT_EQ(describe((*value)->type()), "an object");
  EXPECT_EQ((*value)->depth(), 2U);
}

TEST(JsonValue, RefusesTooDeepDocuments) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(read_json(nested(kMaxJsonDepth)));
  EXPECT_FALSE(read_json(nested(kMaxJsonDepth + 1)));
  EXPECT_FALSE(read_json(std::string(1'000'000, '[')));
}

}  // namespace farthing::json_value_test
