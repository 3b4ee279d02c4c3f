// SPDX-License-Identifier: Apache-2.0
// The SDK's JSON reader on any bytes: it must neither crash nor leave the text's bounds, and what
// it accepts must read the same when it is written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sdk/cpp/src/json/json_reader.hpp"
#include "sdk/cpp/src/json/json_writer.hpp"

namespace {

using farthing::sdk::JsonType;
using farthing::sdk::JsonValue;

void write(std::string& out, const JsonValue& value) {
  const bool is_object = value.type == JsonType::object;
  if (value.type == JsonType::string) return farthing::sdk::append_json_string(out, value.string);
  if (value.type != JsonType::array && !is_object) {
    out += value.json;
    return;
  }
  out.push_back(is_object ? '{' : '[');
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (is_object) {
      farthing::sdk::append_json_string(out, value.names[i]);
      out.push_back(':');
    }
    write(out, value.items[i]);
  }
  out.push_back(is_object ? '}' : ']');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = farthing::sdk::read_json(text);
  if (!value) {
    if (value.error().offset > size) std::abort();
    return 0;
  }
  std::string once;
  write(once, *value);
  const auto again = farthing::sdk::read_json(once);
  if (!again) std::abort();
  std::string twice;
  write(twice, *again);
  if (once != twice) std::abort();
  return 0;
}
