// SPDX-License-Identifier: Apache-2.0
// Writes a JSON document into a string, without blanks, and puts the commas. The caller must keep
// objects and arrays well nested and give every value in an object a name.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace farthing {

// Appends `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD, so that
// the result is JSON whatever the input.
void append_json_string(std::string_view text, std::string& out);

// A member's name as a literal with nothing that JSON needs escaped. Most names are literals, and
// their size is known at compile time.
template <std::size_t N>
using NameLiteral = char const (&)[N];

// A type that appends its own text, none of which JSON needs escaped: ids, credits.
template <class T>
concept PlainText = requires(const T& value, std::string& out) {
  { value.append_to(out) } -> std::same_as<void>;
};

class JsonWriter {
 public:
  // Appends to `out`, which must outlive the writer.
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return begin('{'); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array() { return begin('['); }
  JsonWriter& end_array() { return end(']'); }

  JsonWriter& name(std::string_view name) {
    separate();
    append_json_string(name, out_);
    out_.push_back(':');
    needs_comma_ = false;
    return *this;
  }
  template <std::size_t N>
  JsonWriter& name(NameLiteral<N> name) {
    begin_member(name, "\":");
    needs_comma_ = false;
    return *this;
  }
  JsonWriter& string(std::string_view text) {
    separate();
    append_json_string(text, out_);
    return *this;
  }
  // Writes a number, or any other text that is JSON already.
  JsonWriter& literal(std::string_view json) {
    separate();
    out_ += json;
    return *this;
  }
  JsonWriter& boolean(bool value) { return literal(value ? "true" : "false"); }
  JsonWriter& integer(std::int64_t value) { return literal(std::to_string(value)); }

  // Writes a member with a string. `Name` is what `name` takes.
  template <class Name>
  JsonWriter& member(const Name& name, std::string_view text) {
    return this->name(name).string(text);
  }
  template <std::size_t N, PlainText T>
  JsonWriter& member(NameLiteral<N> name, const T& value) {
    begin_member(name, "\":\"");
    return end_plain(value);
  }
  template <PlainText T>
  JsonWriter& member(std::string_view name, const T& value) {
    this->name(name);
    out_.push_back('"');
    return end_plain(value);
  }
  // Writes a member, or nothing when the value is empty.
  template <class Name>
  JsonWriter& member_if_any(const Name& name, std::string_view text) {
    return text.empty() ? *this : member(name, text);
  }
  template <class Name, class T>
  JsonWriter& member_if_any(const Name& name, const std::optional<T>& value) {
    return value ? member(name, *value) : *this;
  }

 private:
  template <PlainText T>
  JsonWriter& end_plain(const T& value) {
    value.append_to(out_);
    out_.push_back('"');
    needs_comma_ = true;
    return *this;
  }
  // Writes a member's name and the characters up to its value in one piece.
  template <std::size_t N, std::size_t M>
  void begin_member(NameLiteral<N> name, char const (&until_value)[M]) {
    std::array<char, N + M> piece{',', '"'};  // N and M count a zero at the end
    std::copy_n(until_value, M - 1, std::copy_n(name, N - 1, piece.begin() + 2));
    const std::size_t begin = needs_comma_ ? 0 : 1;
    out_.append(piece.data() + begin, piece.size() - begin);
  }
  void separate() {
    if (needs_comma_) out_.push_back(',');
    needs_comma_ = true;
  }
  JsonWriter& begin(char bracket) {
    separate();
    out_.push_back(bracket);
    needs_comma_ = false;
    return *this;
  }
  JsonWriter& end(char bracket) {
    out_.push_back(bracket);
    needs_comma_ = true;
    return *this;
  }

  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace farthing
