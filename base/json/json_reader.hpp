// SPDX-License-Identifier: Apache-2.0
// Reads JSON text (RFC 8259) strictly: one value, nothing behind it, no comments, no duplicate
// members, valid UTF-8, paired surrogates. Memory and depth are bounded whatever the text holds.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json/json_value.hpp"
#include "base/result.hpp"

namespace farthing {

inline constexpr std::size_t kMaxJsonDepth = 64;

struct JsonLimits {
  std::size_t max_depth = kMaxJsonDepth;  // of arrays and objects within each other
  std::size_t max_values = 1'000'000;     // of any kind, in all
};

struct JsonFault {
  std::size_t offset = 0;  // in bytes, of what was not expected
  std::string message;
  std::optional<std::string> repeated_name{};  // of a member that occurs twice in one object
};

// Reads one whole document, which refers to `text` and must not outlive it.
BasicResult<JsonDocument, JsonFault> read_json(std::string_view text,
                                               const JsonLimits& limits = {});

}  // namespace farthing
