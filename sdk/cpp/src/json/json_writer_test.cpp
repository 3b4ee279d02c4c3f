// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/json/json_writer.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "sdk/cpp/src/json/json_reader.hpp"

namespace farthing::sdk {
namespace json_writer_test {

std::string written_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

TEST(JsonWriter, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(written_string("a\"b\\c\n\r\t\x01/"), R"("a\"b\\c\n\r\t\u0001/")");
  EXPECT_EQ(written_string("\xE2\x82\xAC"), "\"\xE2\x82\xAC\"");
}

TEST(JsonWriter, WritesJsonEvenOfWhatIsNotUtf8) {
  EXPECT_EQ(written_string("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
}

TEST(JsonWriter, EveryByteReadsBack) {
  for (int byte = 0; byte < 128; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const std::string json = written_string(text);
    const auto value = read_json(json);
    ASSERT_TRUE(value) << byte;
    EXPECT_EQ(value->string, text);
  }
}

TEST(JsonWriter, WritesTheShortestDouble) {
  const auto written = [](double number) {
    std::string json;
    append_json_double(json, number);
    return json;
  };
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(12), "12");
  EXPECT_EQ(written(0), "0");
  EXPECT_EQ(written(100'000), "100000");
  EXPECT_EQ(written(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(written(-999'999'999'999'999), "-999999999999999");
  EXPECT_EQ(written(1e15), "1e+15");
  EXPECT_EQ(written(0.0000015), "0.0000015");
  EXPECT_EQ(written(1.5e-7), "1.5e-07");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonObjectWriter, LeavesOutWhatIsNotThere) {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.optional_text("a", std::nullopt);
    object.text("b", "1");
    object.texts("c", {"x", "y"});
    object.amount("d", Credits::from_nano(1));
    object.json("e", "{}");
  }
  EXPECT_EQ(json, R"({"b":"1","c":["x","y"],"d":"0.000000001","e":{}})");
}

}  // namespace json_writer_test
}  // namespace farthing::sdk
