// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/json/model_json.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace farthing::sdk {
// Inline, so that the functions for models are found.
inline namespace model_json_test {

struct Part {
  std::string text{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("text", &Part::text);
  }
};

struct Base {
  std::string id{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("id", &Base::id);
  }
};

// A field of each type and form.
struct Whole : Base {
  Credits amount{};
  std::optional<Credits> limit{};
  std::int64_t count = 0;
  std::optional<std::int64_t> most{};
  bool is_default = false;
  std::optional<std::string> name{};
  std::optional<Secret> secret{};
  std::vector<std::string> words{};
  Part part{};
  std::optional<Part> other{};
  std::vector<Part> parts{};
  std::string object{};
  std::optional<std::string> metadata{};
  bool has_more = false;
  std::vector<Part> returning{};
  std::optional<std::string> email{};
  std::int64_t version = 1;

  template <class Visit>
  static void fields(Visit&& visit) {
    Base::fields(visit);
    visit("amount", &Whole::amount);
    visit("limit", &Whole::limit);
    visit("count", &Whole::count);
    visit("most", &Whole::most);
    visit("is_default", &Whole::is_default);
    visit("name", &Whole::name);
    visit("secret", &Whole::secret);
    visit("words", &Whole::words);
    visit("part", &Whole::part);
    visit("other", &Whole::other);
    visit("parts", &Whole::parts);
    visit("object", &Whole::object, FieldForm::object);
    visit("metadata", &Whole::metadata, FieldForm::object);
    visit("more", &Whole::has_more, FieldForm::flag);
    visit("returning", &Whole::returning, FieldForm::non_empty);
    visit("email", &Whole::email, FieldForm::null);
    visit("version", &Whole::version, FieldForm::version);
  }
};

constexpr std::string_view kFull =
    R"({"id":"i","amount":"1.5","limit":"-2","count":3,"most":4,"is_default":true,"name":"n",)"
    R"("secret":"s","words":["a","b"],"part":{"text":"x"},"other":{"text":"y"},)"
    R"("parts":[{"text":"z"}],"object":{"a": 1},"metadata":{"b": [2]},"more":true,)"
    R"("returning":[{"text":"r"}],"email":"e","version":2})";
constexpr std::string_view kLeast =
    R"({"id":"","amount":"0","count":0,"is_default":false,"words":[],"part":{"text":""},)"
    R"("parts":[],"object":{},"email":null})";

TEST(ModelJson, ReadsWhatItWrites) {
  for (const std::string_view json : {kFull, kLeast}) {
    const auto model = decode_json<Whole>(json);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(encode_json(*model), json);
  }
  const auto full = decode_json<Whole>(kFull);
  EXPECT_EQ(full->version, 2);
  EXPECT_EQ(full->metadata, R"({"b": [2]})");
  EXPECT_EQ(full->other->text, "y");
  const auto least = decode_json<Whole>(kLeast);
  EXPECT_EQ(least->version, 1);
  EXPECT_FALSE(least->email || least->metadata || least->has_more);
}

TEST(ModelJson, SaysWhichMemberIsMissingOrOfAnotherType) {
  const auto message_of = [](std::string from, const std::string& to) {
    std::string json(kFull);
    json.replace(json.find(from), from.size(), to);
    const auto model = decode_json<Whole>(json);
    return model ? std::string("none") : model.error().message;
  };
  EXPECT_EQ(message_of(R"("name":"n",)", ""), "none");
  EXPECT_EQ(message_of(R"("name":"n")", R"("name":null)"), "none");
  EXPECT_NE(message_of(R"("count":3,)", "").find("count"), std::string::npos);
  EXPECT_NE(message_of(R"("text":"z")", R"("text":1)").find("parts[0].text"), std::string::npos);
  EXPECT_NE(message_of(R"("metadata":{)", R"("metadata":[{"c":1}],"m":{)").find("metadata"),
            std::string::npos);
  EXPECT_NE(message_of(R"("more":true)", R"("more":1)").find("more"), std::string::npos);
  EXPECT_NE(message_of(R"("version":2)", R"("version":"2")").find("version"), std::string::npos);
}

}  // namespace model_json_test
}  // namespace farthing::sdk
