// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/key_form.hpp"
#include "cli/output/escape.hpp"

namespace farthing::cli {
namespace {

constexpr std::string_view kNotShown = "(not shown)";

// Returns what to do next on the command line; the SDK's message has said what holds for every
// program.
std::string next_step(const sdk::Failure& failure, ExitCode code) {
  switch (code) {
    case ExitCode::not_authorized:
      return "Where key and server come from: run it with --verbose.";
    case ExitCode::network:
      return "The server's address: --base-url, FARTHING_URL or a profile; the patience: --timeout "
             "and --retries.";
    case ExitCode::server_failed:
      if (failure.request_id.empty()) return {};
      return "If it stays so, tell the server's operator the request id.";
    default:
      return {};
  }
}

std::string as_sentence(std::string text) {
  if (!text.ends_with('.') && !text.ends_with('!') && !text.ends_with('?')) text.push_back('.');
  return text;
}

bool is_key_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_';
}

// Hides what has the form of a key or of a good part of one, whatever its prefix is.
std::string without_formed_keys(std::string_view text) {
  std::string clean;
  for (std::size_t at = find_behind_key_prefix(text); at != std::string_view::npos;
       at = find_behind_key_prefix(text)) {
    clean.append(text.substr(0, at)).append(kNotShown);
    text.remove_prefix(at);
    const auto end = std::ranges::find_if_not(text, is_key_character);
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  }
  return clean.append(text);
}

// Hides what begins with the usual prefix, whatever its form.
std::string without_usual_keys(std::string_view text) {
  constexpr std::string_view kPrefix = "sk-";
  constexpr std::size_t kShortest = 8;  // what is shorter is a word, or protects nothing
  std::string clean;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find(kPrefix), text.size());
    clean += text.substr(0, at);
    text.remove_prefix(at);
    const auto end = std::ranges::find_if_not(text, is_key_character);
    const auto length = static_cast<std::size_t>(end - text.begin());
    // A match in the middle of a word, as in "task-force", is not the start of a key.
    const bool is_key = length >= kShortest && (clean.empty() || !is_key_character(clean.back()));
    if (is_key) {
      clean.append(kPrefix).append(kNotShown);
    } else {
      clean += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return clean;
}

// Appends what the server says beside its message, as in "available: 3.5". The name of a wrong
// field is in the message already.
void append_details(const sdk::Error& error, std::vector<std::string>& notes) {
  for (const auto& extra : error.extra) {
    if (extra.name == "field") continue;
    notes.push_back(
        fmt::format("{}: {}", extra.name, error.detail(extra.name).value_or(extra.json)));
  }
}

}  // namespace

Problem usage_problem(std::string message, std::string next) {
  Problem problem{.code = ExitCode::usage, .message = std::move(message)};
  if (!next.empty()) problem.notes.push_back(std::move(next));
  return problem;
}

Problem system_problem(std::string_view what, int error_number) {
  return {.code = ExitCode::internal,
          .message = fmt::format("{}: {}.", what,
                                 std::error_code(error_number, std::generic_category()).message())};
}

Problem to_problem(const sdk::Failure& failure) {
  Problem problem{.code = exit_code_of(failure), .message = as_sentence(failure.message)};
  if (failure.error) append_details(*failure.error, problem.notes);
  if (!failure.request_id.empty()) problem.notes.push_back("request id: " + failure.request_id);
  if (failure.attempts > 1) problem.notes.push_back(fmt::format("attempts: {}", failure.attempts));
  if (failure.is_outcome_unknown && !failure.idempotency_key.empty()) {
    problem.notes.push_back(
        fmt::format("It is not known whether the request was carried out. Run the same command "
                    "with --idempotency-key {} to learn it; that cannot carry it out twice.",
                    failure.idempotency_key));
  }
  std::string next = next_step(failure, problem.code);
  if (!next.empty()) problem.notes.push_back(std::move(next));
  return problem;
}

std::string to_text(const Problem& problem) {
  std::string text = fmt::format("farthing: {}\n", printable(problem.message));
  for (const auto& note : problem.notes) text += fmt::format("  {}\n", printable(note));
  return text;
}

std::string without_keys(std::string_view text) {
  return without_usual_keys(without_formed_keys(text));
}

}  // namespace farthing::cli
