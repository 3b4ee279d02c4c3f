// SPDX-License-Identifier: Apache-2.0
// A JSON document (RFC 8259) as it was written: numbers keep their digits and never pass through a
// double, members keep their order, and every value knows its own text. Values are views of the
// text that was read, so that no request is copied to be understood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace farthing {

struct JsonMember;

// The types in the order of the alternatives that a JsonValue holds.
enum class JsonType : std::uint8_t { null, boolean, number, string, array, object };

// Returns "a string", "null" and so on, for messages.
constexpr std::string_view describe(JsonType type) {
  switch (type) {
    case JsonType::null:
      return "null";
    case JsonType::boolean:
      return "a boolean";
    case JsonType::number:
      return "a number";
    case JsonType::string:
      return "a string";
    case JsonType::array:
      return "an array";
    case JsonType::object:
      return "an object";
  }
  return "nothing";
}

class JsonValue {
 public:
  struct Null {};
  struct Number {
    std::string_view literal;  // as RFC 8259, section 6, has it
  };
  using Array = std::vector<JsonValue>;
  using Object = std::vector<JsonMember>;

  JsonValue() = default;
  // `text` is how the value stands in its document. A string that ends with the call, an rvalue, is
  // refused: it would not be kept.
  template <class T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, JsonValue> && !std::is_same_v<T, std::string>)
  explicit JsonValue(T&& value, std::string_view text = {})
      : value_(std::forward<T>(value)), text_(text) {}

  JsonType type() const { return static_cast<JsonType>(value_.index()); }
  bool is_null() const { return std::holds_alternative<Null>(value_); }
  const bool* as_boolean() const { return std::get_if<bool>(&value_); }
  const Number* as_number() const { return std::get_if<Number>(&value_); }
  // Returns the text of a string, its escapes undone.
  const std::string_view* as_string() const { return std::get_if<std::string_view>(&value_); }
  const Array* as_array() const { return std::get_if<Array>(&value_); }
  const Object* as_object() const { return std::get_if<Object>(&value_); }

  // Returns the member of exactly that name, or null when there is none or this is no object.
  const JsonValue* find(std::string_view name) const;

  // Returns this value as it stands in the document; empty for a value that was not read from one.
  std::string_view text() const { return text_; }

  // Returns how many arrays and objects lie within one another; 0 for what is neither.
  std::size_t depth() const;

  // Appends the one text that all spellings of this value share: members sorted by name (by bytes),
  // no blanks, escapes only where JSON demands them. Numbers keep their digits.
  void append_canonical(std::string& out) const;

 private:
  std::variant<Null, bool, Number, std::string_view, Array, Object> value_;
  std::string_view text_;
};

struct JsonMember {
  std::string_view name;
  JsonValue value;
};

// A value together with the strings that had escapes, which it cannot view in the text that it was
// read from. Everything else is part of that text, which must outlive the document.
class JsonDocument {
 public:
  JsonDocument(JsonValue value, std::forward_list<std::string> unescaped)
      : value_(std::move(value)), unescaped_(std::move(unescaped)) {}
  // A document is not copied: the copy's values would be parts of this one's strings.
  JsonDocument(JsonDocument&&) = default;
  JsonDocument& operator=(JsonDocument&&) = default;

  const JsonValue& operator*() const { return value_; }
  const JsonValue* operator->() const { return &value_; }

 private:
  JsonValue value_;
  std::forward_list<std::string> unescaped_;  // stay where they are when the document is moved
};

}  // namespace farthing
