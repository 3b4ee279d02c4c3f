// SPDX-License-Identifier: Apache-2.0
#include "server/api/json_fields.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/json/json_reader.hpp"
namespace farthing::api::json_fields_test {

// What a reader makes of a document, or "error: field: message".
template <class Reader, class Show>
std::string read(Reader reader, std::string_view json, Show show) {
  const auto value = read_json(json);
  if (!value) return "no JSON";
  const auto result = reader(**value, "f");
  if (result) return show(*result);
  EXPECT_EQ(result.error().code, ErrorCode::bad_request);
  EXPECT_EQ(result.error().field, "f");
  return "error: " + result.error().message;
}

std::string itself(const std::string& text) { return text; }

bool is_refused(const std::string& outcome) { return outcome.starts_with("error: f must be "); }

TEST(JsonFields, AmountsAreReadFromStringsAndNumbers) {
  const auto amount = [](std::string_view json) {
    return read(read_amount, json, [](Credits credits) { return credits.to_string(); });
  };
  EXPECT_EQ(amount(R"("12.50")"), "12.5");
  EXPECT_EQ(amount("12.50"), "12.5");
  EXPECT_EQ(amount("1.25e1"), "12.5");
  EXPECT_EQ(amount(R"("0.000000001")"), "0.000000001");
  EXPECT_EQ(amount("0.0000000010"), "0.000000001");
  EXPECT_EQ(amount("9223372036.854775807"), "9223372036.854775807");
  for (const std::string_view json : {"0",
                                      "-1",
                                      "0.0000000001",
                                      "9223372036.854775808",
                                      "1e99",
                                      "\"0\"",
                                      "\"-1\"",
                                      "\"\"",
                                      "\"1e3\"",
                                      "\" 1\"",
                                      "\"1 \"",
                                      "\"0x10\"",
                                      "\"1,5\"",
                                      "\"NaN\"",
                                      "\"0.0000000001\"",
                                      "\"9223372036.854775808\"",
                                      "null",
                                      "true",
                                      "[1]",
                                      "{}"}) {
    EXPECT_TRUE(is_refused(amount(json))) << json;
  }
}

TEST(JsonFields, TextsHaveALengthInCharacters) {
  const auto text = [](std::string_view json) { return read(TextReader{3}, json, itself); };
  EXPECT_EQ(text(R"("é€😀")"), "é€😀");
  for (const std::string_view json : {R"("")", R"("abcd")", R"("é€😀a")", R"("a\nb")",
                                      R"("a\u0000")", R"("a\u007f")", "1", "null", "[\"a\"]"}) {
    EXPECT_TRUE(is_refused(text(json))) << json;
  }
}

TEST(JsonFields, EmailsLookLikeOnes) {
  const auto email = [](const std::string& text) {
    return read(read_email, "\"" + text + "\"", itself);
  };
  for (const std::string good : {"a@b", "ada.lovelace+test@mail.example.com", "ä@ö.example"}) {
    EXPECT_EQ(email(good), good);
  }
  for (const std::string& bad :
       {std::string(""), std::string("a"), std::string("@b"), std::string("a@"),
        std::string("a@b@c"), std::string("a b@c"), std::string("a@b c"), std::string("a@.b"),
        std::string("a@b."), std::string("a@b..c"), std::string("<a@b>"), std::string("a,b@c"),
        std::string("a@b\\n"), std::string(65, 'a') + "@b", "a@" + std::string(253, 'b')}) {
    EXPECT_TRUE(is_refused(email(bad))) << bad;
  }
}

TEST(JsonFields, NewEmailsHaveASpellingThatIsOneToo) {
  const auto email = [](const std::string& text) {
    return read(read_new_email, "\"" + text + "\"", itself);
  };
  for (const std::string good : {"a@b", "Ada@Example.com", "ä@ö.example", "a@b。example"}) {
    EXPECT_EQ(email(good), good);
  }
  // The last of these have a sign before or after normalization that no address has.
  for (const std::string& bad :
       {std::string("a"), std::string("a@♥.example"), "a@" + std::string(63, 'x') + "ü.example",
        std::string("a@ü＠b.example"), std::string("a@ü..example"), std::string("a\u037eb@c")}) {
    EXPECT_TRUE(is_refused(email(bad))) << bad;
  }
}

TEST(JsonFields, UrisAreAbsolute) {
  const auto uri = [](const std::string& text) {
    return read(read_uri, "\"" + text + "\"", itself);
  };
  for (const std::string good :
       {"https://example.com/a.png?x=%20#f", "data:image/png;base64,AAAA", "urn:a"}) {
    EXPECT_EQ(uri(good), good);
  }
  for (const std::string& bad :
       {std::string(""), std::string("example.com"), std::string("/a.png"), std::string(":a"),
        std::string("https:"), std::string("1a:b"), std::string("ht tp://a"),
        std::string("https://a b"), std::string("https://ä"), std::string("https://<a>"),
        "https://" + std::string(2041, 'a')}) {
    EXPECT_TRUE(is_refused(uri(bad))) << bad;
  }
}

TEST(JsonFields, InstantsAreRfc3339) {
  const auto instant = [](std::string_view json) {
    return read(read_instant, json, [](Instant at) { return at.to_string(); });
  };
  EXPECT_EQ(instant(R"("2026-11-22T16:37:42+01:00")"), "2026-11-22T15:37:42.000000Z");
  for (const std::string_view json :
       {R"("")", R"("2026-11-22")", R"("2026-02-30T00:00:00Z")", R"("yesterday")", "1795348800"}) {
    EXPECT_TRUE(is_refused(instant(json))) << json;
  }
}

TEST(JsonFields, IntegersFitInto32Bits) {
  const auto integer = [](std::string_view json) {
    return read(read_integer, json, [](std::int32_t number) { return std::to_string(number); });
  };
  EXPECT_EQ(integer("-5"), "-5");
  EXPECT_EQ(integer("1e2"), "100");
  EXPECT_EQ(integer("2147483647"), "2147483647");
  EXPECT_EQ(integer("-2147483648"), "-2147483648");
  for (const std::string_view json :
       {"1.5", "2147483648", "-2147483649", "1e30", "\"5\"", "true", "null"}) {
    EXPECT_TRUE(is_refused(integer(json))) << json;
  }
}

TEST(JsonFields, MetadataIsAnObjectOfLimitedSize) {
  const auto metadata = [](const std::string& json) { return read(read_metadata, json, itself); };
  EXPECT_EQ(metadata(R"({ "b":1, "a":{} })"), R"({"a":{},"b":1})");
  EXPECT_EQ(metadata("{}"), "{}");
  const std::string largest = R"({"a":")" + std::string(16'384 - 8, 'x') + R"("})";
  EXPECT_EQ(metadata(largest), largest);
  EXPECT_TRUE(is_refused(metadata(R"({"a":")" + std::string(16'384 - 7, 'x') + R"("})")));
  const auto nested = [](int levels) {
    std::string json = "1";
    for (int i = 0; i < levels; ++i) {
      json.insert(0, i % 2 == 0 ? "{\"a\":" : "[");
      json += i % 2 == 0 ? "}" : "]";
    }
    return json;
  };
  EXPECT_EQ(metadata(nested(31)), nested(31));
  EXPECT_TRUE(is_refused(metadata(nested(33))));
  for (const std::string json : {"[]", "null", "1", R"("{}")"}) {
    EXPECT_TRUE(is_refused(metadata(json))) << json;
  }
}

}  // namespace farthing::api::json_fields_test
