// SPDX-License-Identifier: Apache-2.0
// The JSON reader on any bytes: it neither crashes nor leaves the text's bounds, it accepts what
// Boost.JSON accepts and takes it for the same document, and what it accepts reads the same when it
// is written and read again.
#include <algorithm>
#include <boost/json/src.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json/json_reader.hpp"
#include "base/json/json_writer.hpp"

namespace {

using farthing::JsonValue;

void write(farthing::JsonWriter& out, const JsonValue& value) {
  if (const std::string_view* string = value.as_string()) {
    out.string(*string);
  } else if (const JsonValue::Array* array = value.as_array()) {
    out.begin_array();
    for (const JsonValue& element : *array) write(out, element);
    out.end_array();
  } else if (const JsonValue::Object* object = value.as_object()) {
    out.begin_object();
    for (const auto& [name, member] : *object) write(out.name(name), member);
    out.end_object();
  } else {
    out.literal(value.text());
  }
}

bool is_same(const JsonValue& ours, const boost::json::value& theirs);

bool is_same_array(const JsonValue::Array& ours, const boost::json::array& theirs) {
  return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), is_same);
}

bool is_same_object(const JsonValue::Object& ours, const boost::json::object& theirs) {
  return ours.size() == theirs.size() && std::all_of(ours.begin(), ours.end(), [&](const auto& m) {
           const boost::json::value* value = theirs.if_contains(m.name);
           return value != nullptr && is_same(m.value, *value);
         });
}

// Numbers are the same when both are numbers: Boost.JSON has lost their digits.
bool is_same(const JsonValue& ours, const boost::json::value& theirs) {
  if (const auto* string = ours.as_string()) {
    return theirs.is_string() && *string == std::string_view(theirs.get_string());
  }
  if (const auto* array = ours.as_array()) {
    return theirs.is_array() && is_same_array(*array, theirs.get_array());
  }
  if (const auto* object = ours.as_object()) {
    return theirs.is_object() && is_same_object(*object, theirs.get_object());
  }
  if (const bool* boolean = ours.as_boolean()) {
    return theirs.is_bool() && *boolean == theirs.get_bool();
  }
  return ours.is_null() ? theirs.is_null() : theirs.is_number();
}

std::string written(const JsonValue& value) {
  std::string json;
  farthing::JsonWriter writer(json);
  write(writer, value);
  return json;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = farthing::read_json(text);
  boost::json::parse_options options;
  options.max_depth = farthing::kMaxJsonDepth;
  boost::json::error_code error;
  const boost::json::value theirs = boost::json::parse(text, error, {}, options);
  // How large an exponent may be is a limit of each, and Boost.JSON counts digits to it.
  const bool is_limit = error == boost::json::error::exponent_overflow;
  if (!value) {
    if (value.error().offset > size) std::abort();
    // Boost.JSON takes the last of two members of one name.
    if (!value.error().repeated_name && !error) std::abort();
    return 0;
  }
  if (!is_limit && (error || !is_same(**value, theirs))) std::abort();
  const std::string once = written(**value);
  const auto again = farthing::read_json(once);
  if (!again) std::abort();
  if (once != written(**again)) std::abort();
  return 0;
}
