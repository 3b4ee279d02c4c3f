// SPDX-License-Identifier: Apache-2.0
// A JSON document as a tree. Numbers are kept as they were written, so that no digit is lost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::sdk {

enum class JsonType : std::uint8_t { null, boolean, number, string, array, object };

struct JsonValue {
  JsonType type = JsonType::null;
  bool boolean = false;
  // This value as it stands in the document, which must outlive the tree. Of a number: its digits.
  std::string_view json{};
  std::string string{};              // of a string: its text, escapes undone, valid UTF-8
  std::vector<JsonValue> items{};    // of an array: its values; of an object: its members' values
  std::vector<std::string> names{};  // of an object: the name of each item

  // The member of exactly that name; null when there is none, or this is no object.
  const JsonValue* find(std::string_view name) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return &items[i];
    }
    return nullptr;
  }
};

// "a string", "null", …: for messages.
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

}  // namespace farthing::sdk
