// SPDX-License-Identifier: Apache-2.0
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace farthing::sdk {

// How many bytes the well-formed character at the beginning of `text` takes; 0 when it is none.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

// `code_point` must be a Unicode scalar value.
void append_utf8(std::string& text, std::uint32_t code_point);

}  // namespace farthing::sdk
