// SPDX-License-Identifier: Apache-2.0
// Reads JSON text (RFC 8259) strictly: one value, nothing behind it, no comments, no duplicate
// members, valid UTF-8, paired surrogates. Memory and depth are bounded whatever the text holds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <farthing/result.hpp>

#include "sdk/cpp/src/json/json_value.hpp"

namespace farthing::sdk {

struct JsonLimits {
  std::size_t max_depth = 64;          // of arrays and objects within each other
  std::size_t max_values = 1'000'000;  // of any kind, in all
};

struct JsonFault {
  std::size_t offset = 0;  // in bytes, of what was not expected
  std::string message;
};

// The tree refers to `text`.
BasicResult<JsonValue, JsonFault> read_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace farthing::sdk
