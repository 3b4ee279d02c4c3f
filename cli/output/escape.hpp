// SPDX-License-Identifier: Apache-2.0
// Makes text from a server safe to show: no byte of it can move the cursor, recolour the screen,
// reorder what is read or end a line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace farthing::cli {

// Turns control characters, line and paragraph separators and marks that reorder text into `\n`,
// `\t`, `\r` or `\uXXXX`, bytes that are not UTF-8 into `\xXX`, and a backslash into `\\`, so that
// nothing is lost.
std::string printable(std::string_view text);

// Does this line by line: line feeds stay.
std::string printable_lines(std::string_view text);

// Does this for JSON text: the characters become `\uXXXX`, which means the same in its strings.
// (JSON has no raw control characters below U+0020 in strings.)
std::string printable_json(std::string_view json);

// Returns a JSON string literal with its quotes.
std::string json_string(std::string_view text);

// Returns how many columns a terminal needs for printable text.
std::size_t display_width(std::string_view text);

}  // namespace farthing::cli
