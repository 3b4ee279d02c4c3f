// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/json/encode_json.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include <farthing/credits.hpp>

namespace farthing::sdk::encode_json_test {

struct Part {
  std::string text;
};

struct Whole {
  Credits amount;
  std::vector<std::string> names;
  Part last;
};

void encode(JsonWriter& out, const Part& part) { out.member("text", part.text); }

void encode(JsonWriter& out, const Whole& whole) {
  out.member("amount", whole.amount);
  encode_member(out, "names", whole.names);
  encode_member(out, "last", whole.last);
}

TEST(EncodeJson, WritesTheShortestDouble) {
  const auto written = [](double number) {
    std::string json;
    append_json_double(number, json);
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

TEST(EncodeJson, WritesObjectsWithinObjects) {
  const Whole whole{Credits::from_nano(1), {"a", "b"}, {"y"}};
  EXPECT_EQ(encode_json(whole),
            R"({"amount":"0.000000001","names":["a","b"],"last":{"text":"y"}})");
}

}  // namespace farthing::sdk::encode_json_test
