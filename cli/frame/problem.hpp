// SPDX-License-Identifier: Apache-2.0
// The reason why a command did not do what it was asked to: the text for standard error, and the
// exit code. Texts are whole sentences and never hold an API key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <farthing/failure.hpp>
#include <farthing/result.hpp>

#include "cli/frame/exit_code.hpp"

namespace farthing::cli {

struct Problem {
  ExitCode code = ExitCode::internal;
  std::string message{};             // what happened
  std::vector<std::string> notes{};  // facts and what to do next, a line each
};

template <class T>
using Result = BasicResult<T, Problem>;

Problem usage_problem(std::string message, std::string next = {});
// Makes the problem of a system call that has just failed: `what` and the text of `error_number`.
Problem system_problem(std::string_view what, int error_number);
// Makes a problem of a failure, with the request id and what to do about it.
Problem to_problem(const sdk::Failure& failure);

// Returns the lines for standard error, each ended by a newline, safe to show on a terminal.
std::string to_text(const Problem& problem);

// Returns the text without anything that looks like an API key: a key typed in the wrong place must
// not get into logs.
std::string without_keys(std::string_view text);

}  // namespace farthing::cli
