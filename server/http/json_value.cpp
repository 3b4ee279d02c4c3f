// SPDX-License-Identifier: Apache-2.0
#include "server/http/json_value.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>
#include <limits>
#include <optional>

#include "server/http/json_writer.hpp"

namespace farthing::http {
namespace {

namespace json = boost::json;

std::optional<std::string> find_repeated_name(const JsonValue::Object& object) {
  // Few names are compared sooner than sorted.
  constexpr std::size_t kFew = 8;
  if (object.size() <= kFew) {
    for (auto one = object.begin(); one != object.end(); ++one) {
      const auto has_its_name = [&](const JsonMember& other) { return other.name == one->name; };
      if (std::any_of(object.begin(), one, has_its_name)) return one->name;
    }
    return {};
  }
  std::vector<std::string_view> names;
  names.reserve(object.size());
  for (const JsonMember& member : object) names.emplace_back(member.name);
  std::ranges::sort(names);
  const auto repeated = std::ranges::adjacent_find(names);
  if (repeated == names.end()) return {};
  return std::string(*repeated);
}

// What basic_parser tells of a document, put together. The functions' names and signatures are its
// own; false with an error set stops it.
class Builder {
 public:
  static constexpr std::size_t kUsualMembers = 6;
  static constexpr std::size_t kUsualDepth = 4;
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) {
    open();
    open_.back().members.reserve(kUsualMembers);
    return true;
  }
  bool on_object_end(std::size_t, json::error_code& error) {
    JsonValue::Object object = std::move(open_.back().members);
    if (auto repeated = find_repeated_name(object)) {
      repeated_name_ = std::move(repeated);
      error = json::error::syntax;
      return false;
    }
    open_.pop_back();
    return add(JsonValue(std::move(object)));
  }
  bool on_array_begin(json::error_code&) { return open(); }
  bool on_array_end(std::size_t, json::error_code&) {
    JsonValue::Array elements = std::move(open_.back().elements);
    open_.pop_back();
    return add(JsonValue(std::move(elements)));
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    open_.back().name = take_text(part);
    open_.back().is_object = true;
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    return append(part);
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    return add(JsonValue(take_text(part)));
  }

  bool on_number_part(json::string_view part, json::error_code&) { return append(part); }
  bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_double(double, json::string_view part, json::error_code&) { return number(part); }

  bool on_bool(bool value, json::error_code&) { return add(JsonValue(value)); }
  bool on_null(json::error_code&) { return add(JsonValue()); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  const std::optional<std::string>& repeated_name() const { return repeated_name_; }
  JsonValue take_document() { return std::move(document_); }

 private:
  // An object or array whose end has not come yet; which one shows with its first key or at its
  // end.
  struct Container {
    JsonValue::Object members;
    JsonValue::Array elements;
    std::string name;  // of the member whose value comes next
    bool is_object = false;
  };

  bool open() {
    if (open_.empty()) open_.reserve(kUsualDepth);
    open_.emplace_back();
    return true;
  }
  bool append(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  // What came in parts, with the last of them; mostly that is all of it.
  std::string take_text(json::string_view last) {
    if (text_.empty()) return {last.data(), last.size()};
    append(last);
    return std::exchange(text_, {});
  }
  bool number(json::string_view part) { return add(JsonValue(JsonValue::Number{take_text(part)})); }
  bool add(JsonValue&& value) {
    if (open_.empty()) {
      document_ = std::move(value);
    } else if (Container& container = open_.back(); container.is_object) {
      container.members.emplace_back(std::move(container.name), std::move(value));
    } else {
      container.elements.push_back(std::move(value));
    }
    return true;
  }

  std::vector<Container> open_;
  std::string text_;
  std::optional<std::string> repeated_name_;
  JsonValue document_;
};

json::parse_options strict_options() {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  return options;
}

std::vector<const JsonMember*> sorted_by_name(const JsonValue::Object& object) {
  std::vector<const JsonMember*> members;
  members.reserve(object.size());
  for (const JsonMember& member : object) members.push_back(&member);
  std::ranges::sort(members, {},
                    [](const JsonMember* member) -> const std::string& { return member->name; });
  return members;
}

void write_canonical(const JsonValue& value, JsonWriter& writer) {
  if (const bool* boolean = value.as_boolean()) {
    writer.boolean(*boolean);
  } else if (const auto* number = value.as_number()) {
    writer.literal(number->literal);
  } else if (const std::string* string = value.as_string()) {
    writer.string(*string);
  } else if (const auto* array = value.as_array()) {
    writer.begin_array();
    for (const JsonValue& element : *array) write_canonical(element, writer);
    writer.end_array();
  } else if (const auto* object = value.as_object()) {
    writer.begin_object();
    for (const JsonMember* member : sorted_by_name(*object)) {
      writer.name(member->name);
      write_canonical(member->value, writer);
    }
    writer.end_object();
  } else {
    writer.literal("null");
  }
}

}  // namespace

void JsonValue::append_canonical(std::string& out) const {
  JsonWriter writer(out);
  write_canonical(*this, writer);
}

BasicResult<JsonValue, std::string> parse_json(std::string_view text) {
  json::basic_parser<Builder> parser(strict_options());
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (const auto& repeated = parser.handler().repeated_name()) {
    // A name that is longer than any of ours is not sent back.
    constexpr std::size_t kMostOfName = 255;
    if (repeated->size() > kMostOfName) {
      return std::string("A member with a long name occurs twice in one object.");
    }
    return "The member \"" + *repeated + "\" occurs twice in one object.";
  }
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) {
    return "It is not JSON as RFC 8259 has it: " + error.message() + " at byte " +
           std::to_string(read) + ".";
  }
  return parser.handler().take_document();
}

}  // namespace farthing::http
