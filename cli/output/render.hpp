// SPDX-License-Identifier: Apache-2.0
// The forms of a document. `table` is for people and may change; `plain`, `json` and `csv` are for
// programs and stay as they are.
#pragma once

#include <string>

#include "cli/output/document.hpp"

namespace farthing::cli {

enum class Format { table, plain, json, csv };
enum class Style { monochrome, ansi };

// Returns aligned columns under a heading; `-` stands for an empty cell. `ansi` makes names bold.
std::string render_table(const Document& document, Style style);

// Returns a line for each field (`name<TAB>value`), then one for each row of the table, its cells
// separated by tabs, with the row's name first where fields came before. Values are escaped
// (`printable`).
std::string render_plain(const Document& document);

// Returns one line of JSON.
std::string render_json(const Document& document);

// Returns the document in that format; `csv` needs a document that has it, and is left as it is.
std::string render(const Document& document, Format format, Style style);

}  // namespace farthing::cli
