// SPDX-License-Identifier: Apache-2.0
// A JSON document (RFC 8259) as it was written: numbers keep their digits and never pass through a
// double, members keep their order. Its strings are views of the text that was read, so that no
// request is copied to be understood.
#pragma once

#include <cstddef>
#include <forward_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace farthing::api {

// No name that a client may mean is longer; a longer one is not sent back to it.
inline constexpr std::size_t kMostOfName = 255;

struct JsonMember;

class JsonValue {
 public:
  struct Null {};
  struct Number {
    std::string_view literal;  // as RFC 8259, section 6, has it
  };
  using Array = std::vector<JsonValue>;
  using Object = std::vector<JsonMember>;

  JsonValue() = default;
  // A string that ends with the call, an rvalue, is refused: it would not be kept.
  template <class T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, JsonValue> && !std::is_same_v<T, std::string>)
  explicit JsonValue(T&& value) : value_(std::forward<T>(value)) {}

  bool is_null() const { return std::holds_alternative<Null>(value_); }
  const bool* as_boolean() const { return std::get_if<bool>(&value_); }
  const Number* as_number() const { return std::get_if<Number>(&value_); }
  // Escapes undone.
  const std::string_view* as_string() const { return std::get_if<std::string_view>(&value_); }
  const Array* as_array() const { return std::get_if<Array>(&value_); }
  const Object* as_object() const { return std::get_if<Object>(&value_); }

  // How many arrays and objects lie within one another; 0 for what is neither.
  std::size_t depth() const;

  // The same document for every spelling: members sorted by name (by bytes), no blanks, escapes
  // only where JSON demands them. Numbers keep their digits.
  void append_canonical(std::string& out) const;

 private:
  std::variant<Null, bool, Number, std::string_view, Array, Object> value_;
};

struct JsonMember {
  std::string_view name;
  JsonValue value;
};

// A value with the strings that the text it was read from does not have as they are: those with
// escapes in them. Its other strings are parts of that text, which must outlive it.
class JsonDocument {
 public:
  JsonDocument(JsonValue value, std::forward_list<std::string> unescaped)
      : value_(std::move(value)), unescaped_(std::move(unescaped)) {}
  // Not to be copied: the copy's values would be parts of this one's strings.
  JsonDocument(JsonDocument&&) = default;
  JsonDocument& operator=(JsonDocument&&) = default;

  const JsonValue& operator*() const { return value_; }
  const JsonValue* operator->() const { return &value_; }

 private:
  JsonValue value_;
  std::forward_list<std::string> unescaped_;  // stay where they are when the document is moved
};

// Of a document. Metadata may have half of it, wherever it stands.
inline constexpr std::size_t kMaxJsonDepth = 64;

// Reads one whole document, which `text` must outlive. The error is a sentence for whoever wrote
// it: not JSON, not UTF-8, nested too deeply, a member twice in one object.
BasicResult<JsonDocument, std::string> parse_json(std::string_view text);

}  // namespace farthing::api
