// SPDX-License-Identifier: Apache-2.0
#include "server/api/json_value.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>

#include "server/api/json_writer.hpp"

namespace farthing::api {
namespace {

namespace json = boost::json;

std::optional<std::string_view> find_repeated_name(const JsonValue::Object& object) {
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
  for (const JsonMember& member : object) names.push_back(member.name);
  std::ranges::sort(names);
  const auto repeated = std::ranges::adjacent_find(names);
  if (repeated == names.end()) return {};
  return *repeated;
}

// What basic_parser tells of a document, put together: values wait until the array or object that
// they belong to ends, which says how many of the last ones are its own, and names likewise. The
// functions' names and signatures are the parser's own; false with an error set stops it.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  // Of a document that is part of `source`, given to the parser as one.
  explicit Builder(std::string_view source) : source_(source) {}

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t count, json::error_code& error) {
    JsonValue::Object object;
    object.reserve(count);
    auto name = names_.end() - static_cast<std::ptrdiff_t>(count);
    auto value = values_.end() - static_cast<std::ptrdiff_t>(count);
    for (; name != names_.end(); ++name, ++value) object.emplace_back(*name, std::move(*value));
    names_.resize(names_.size() - count);
    values_.resize(values_.size() - count);
    repeated_name_ = find_repeated_name(object);
    if (repeated_name_) {
      error = json::error::syntax;
      return false;
    }
    return add(std::move(object));
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t count, json::error_code&) {
    const auto first = values_.end() - static_cast<std::ptrdiff_t>(count);
    JsonValue::Array elements(std::make_move_iterator(first),
                              std::make_move_iterator(values_.end()));
    values_.resize(values_.size() - count);
    return add(std::move(elements));
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    names_.push_back(take_text(part));
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    return append(part);
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    return add(take_text(part));
  }

  bool on_number_part(json::string_view part, json::error_code&) { return append(part); }
  bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_double(double, json::string_view part, json::error_code&) { return number(part); }

  bool on_bool(bool value, json::error_code&) { return add(value); }
  bool on_null(json::error_code&) { return add(JsonValue::Null()); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  const std::optional<std::string_view>& repeated_name() const { return repeated_name_; }
  JsonDocument take_document() { return {std::move(values_.front()), std::move(unescaped_)}; }

 private:
  // Most requests have no more in one object.
  static constexpr std::size_t kUsualMembers = 8;

  bool append(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  // What came in parts, with the last of them. Mostly that is all of it, and stands in the source;
  // what the parser had to undo escapes for is kept here.
  std::string_view take_text(json::string_view last) {
    if (text_.empty() && is_in_source(last)) return {last.data(), last.size()};
    append(last);
    return unescaped_.emplace_front(std::exchange(text_, {}));
  }
  bool is_in_source(json::string_view part) const {
    const std::less_equal<const char*> not_after;
    return not_after(source_.data(), part.data()) &&
           not_after(part.data() + part.size(), source_.data() + source_.size());
  }
  bool number(json::string_view part) { return add(JsonValue::Number{take_text(part)}); }
  template <class T>
  bool add(T&& value) {
    values_.emplace_back(std::forward<T>(value));
    return true;
  }

  std::string_view source_;
  boost::container::small_vector<std::string_view, kUsualMembers> names_;
  boost::container::small_vector<JsonValue, kUsualMembers> values_;
  std::string text_;
  std::forward_list<std::string> unescaped_;
  std::optional<std::string_view> repeated_name_;
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
  std::ranges::sort(members, {}, [](const JsonMember* member) { return member->name; });
  return members;
}

std::size_t depth_within(const auto& parts, auto value_of) {
  std::size_t deepest = 0;
  for (const auto& part : parts) deepest = std::max(deepest, value_of(part).depth());
  return deepest;
}

void write_canonical(const JsonValue& value, JsonWriter& writer) {
  if (const bool* boolean = value.as_boolean()) {
    writer.boolean(*boolean);
  } else if (const auto* number = value.as_number()) {
    writer.literal(number->literal);
  } else if (const std::string_view* string = value.as_string()) {
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

std::size_t JsonValue::depth() const {
  if (const Array* array = as_array()) {
    return 1 +
           depth_within(*array, [](const JsonValue& value) -> const JsonValue& { return value; });
  }
  if (const Object* object = as_object()) {
    return 1 + depth_within(*object, [](const JsonMember& member) -> const JsonValue& {
             return member.value;
           });
  }
  return 0;
}

void JsonValue::append_canonical(std::string& out) const {
  JsonWriter writer(out);
  write_canonical(*this, writer);
}

BasicResult<JsonDocument, std::string> parse_json(std::string_view text) {
  json::basic_parser<Builder> parser(strict_options(), text);
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (const auto& repeated = parser.handler().repeated_name()) {
    // A name that is longer than any of ours is not sent back.
    if (repeated->size() > kMostOfName) {
      return std::string("A member with a long name occurs twice in one object.");
    }
    return "The member \"" + std::string(*repeated) + "\" occurs twice in one object.";
  }
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) {
    return "It is not JSON as RFC 8259 has it: " + error.message() + " at byte " +
           std::to_string(read) + ".";
  }
  return parser.handler().take_document();
}

}  // namespace farthing::api
