// SPDX-License-Identifier: Apache-2.0
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace farthing {

// Returns how many bytes the first character of `text` takes; 0 when there is none that is well
// formed.
std::size_t utf8_character_size(std::string_view text);

// Returns whether every character of `text` is well formed.
bool is_utf8(std::string_view text);

// Returns how many characters `text`, which is UTF-8, has.
std::size_t count_utf8_characters(std::string_view text);

// Appends `code_point`, which must be a Unicode scalar value.
void append_utf8(std::uint32_t code_point, std::string& out);

}  // namespace farthing
