// SPDX-License-Identifier: Apache-2.0
// The bash completion of the program, made from the parser's own description of its commands, so
// that the two cannot differ.
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace farthing::cli {

// Returns a script to be sourced by bash. It completes commands, verbs and options, and file names
// after an option that takes a file or a directory.
std::string bash_completion(const CLI::App& app);

}  // namespace farthing::cli
