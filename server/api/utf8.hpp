// SPDX-License-Identifier: Apache-2.0
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace farthing::api {

// How many bytes the first character of `text` takes; 0 when it is none. `text` is not empty.
std::size_t utf8_character_size(std::string_view text);

// Whether every character of `text` is one.
bool is_utf8(std::string_view text);

// How many characters `text`, which is UTF-8, has.
std::size_t count_utf8_characters(std::string_view text);

}  // namespace farthing::api
