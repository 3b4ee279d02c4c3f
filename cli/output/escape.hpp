// SPDX-License-Identifier: Apache-2.0
// Text from a server made safe to show: no byte of it can move the cursor, recolour the screen,
// reorder what is read or end a line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace farthing::cli {

// Control characters, line and paragraph separators and marks that reorder text become `\n`, `\t`,
// `\r` or `\uXXXX`, bytes that are not UTF-8 `\xXX`, and a backslash `\\`, so that nothing is lost.
std::string printable(std::string_view text);

// The same line by line: line feeds stay.
std::string printable_lines(std::string_view text);

// The same for JSON text: the characters become `\uXXXX`, which means the same in its strings.
// (JSON has no raw control characters below U+0020 in strings.)
std::string printable_json(std::string_view json);

// A JSON string literal with its quotes.
std::string json_string(std::string_view text);

// How many columns a terminal needs for printable text.
std::size_t display_width(std::string_view text);

}  // namespace farthing::cli
