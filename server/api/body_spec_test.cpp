// SPDX-License-Identifier: Apache-2.0
#include "server/api/body_spec.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/json/json_reader.hpp"
#include "server/api/json_fields.hpp"

namespace farthing::api::body_spec_test {

struct Input {
  Credits amount;
  std::string color = "red";
  std::optional<std::string> name;
};

std::optional<std::string> parse_color(std::string_view text) {
  if (text == "red" || text == "blue") return std::string(text);
  return {};
}

const BodySpec<Input>& spec() {
  static const BodySpec<Input> table{
      field(Presence::required, "amount", &Input::amount, read_amount),
      field(Presence::optional, "color", &Input::color, ParsedReader{parse_color, "red or blue"}),
      field(Presence::optional, "name", &Input::name, TextReader{10}),
  };
  return table;
}

Error error_of(std::string_view json) {
  Input input;
  const auto done = spec().read(*read_json(json).value(), input);
  return done ? make_error(ErrorCode::server_error, "no error") : done.error();
}

TEST(BodySpec, FillsTheInput) {
  Input input;
  ASSERT_TRUE(
      spec().read(*read_json(R"({"name":"Ada","color":"blue","amount":"1.5"})").value(), input));
  EXPECT_EQ(input.amount, Credits::parse("1.5"));
  EXPECT_EQ(input.color, "blue");
  EXPECT_EQ(input.name, "Ada");
}

TEST(BodySpec, LeavesDefaultsWhereThereIsNothing) {
  Input input;
  ASSERT_TRUE(spec().read(*read_json(R"({"amount":1})").value(), input));
  EXPECT_EQ(input.color, "red");
  EXPECT_FALSE(input.name);
}

TEST(BodySpec, NullIsAsIfLeftOut) {
  Input input;
  ASSERT_TRUE(spec().read(*read_json(R"({"amount":1,"color":null,"name":null})").value(), input));
  EXPECT_EQ(input.color, "red");
  EXPECT_FALSE(input.name);
}

TEST(BodySpec, TheReaderOfAChangeSaysWhatNullIs) {
  static const BodySpec<Input> change{
      field(Presence::changed, "name", &Input::name, TextReader{10}),
  };
  Input input;
  EXPECT_TRUE(change.read(*read_json("{}").value(), input));
  const auto done = change.read(*read_json(R"({"name":null})").value(), input);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "name must be a string.");
}

TEST(BodySpec, NamesWhatIsWrong) {
  struct Case {
    std::string_view json;
    std::string_view field;
    std::string_view message;
  };
  const std::string long_name = R"({"amount":1,")" + std::string(256, 'x') + R"(":1})";
  for (const Case& expected : {
           Case{"[]", "", "The body must be a JSON object."},
           Case{"1", "", "The body must be a JSON object."},
           Case{"{}", "amount", "amount is missing."},
           Case{R"({"color":"red"})", "amount", "amount is missing."},
           Case{R"({"amount":1,"colour":"red"})", "colour",
                "This request has no member \"colour\"."},
           Case{long_name, "", "This request has no member with so long a name."},
           Case{R"({"Amount":1})", "Amount", "This request has no member \"Amount\"."},
           Case{R"({"amount":1,"color":"green"})", "color", "color must be red or blue."},
           Case{R"({"amount":1,"color":7})", "color", "color must be a string."},
           Case{R"({"amount":null})", "amount",
                "amount must be a positive decimal with at most 9 places, as a string or an exact "
                "number, "
                "and not above 9223372036.854775807."},
       }) {
    const Error error = error_of(expected.json);
    EXPECT_EQ(error.code, ErrorCode::bad_request) << expected.json;
    EXPECT_EQ(error.field, expected.field) << expected.json;
    EXPECT_EQ(error.message, expected.message) << expected.json;
  }
}

}  // namespace farthing::api::body_spec_test
