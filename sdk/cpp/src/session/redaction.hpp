// SPDX-License-Identifier: Apache-2.0
// Functions that cut an API key out of text that came from elsewhere.
#pragma once

#include <string>
#include <string_view>

#include <farthing/failure.hpp>

namespace farthing::sdk {

inline constexpr std::string_view kRedacted = "[redacted]";

// Returns `text` without the key and without any 8 or more consecutive characters of it, since
// servers have been seen to echo part of a wrong key. Keys under 4 characters are left in: cutting
// them out would garble the text and protect nothing.
std::string redact(std::string_view text, std::string_view key);

// Redacts every text of an error in place.
void redact_error(Error& error, std::string_view key);

// Returns `text` without the whole key but with parts of it, since good answers are data.
std::string redact_whole(std::string text, std::string_view key);

}  // namespace farthing::sdk
