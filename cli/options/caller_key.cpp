// SPDX-License-Identifier: Apache-2.0
#include "cli/options/caller_key.hpp"

#include <CLI/CLI.hpp>
#include <utility>

#include "cli/access/credentials.hpp"
#include "cli/frame/command_options.hpp"

namespace farthing::cli {
namespace {

constexpr const char* kCallerGroup = "Caller";
constexpr const char* kVariable = "FARTHING_CALLER_KEY";

Result<std::optional<sdk::Secret>> to_optional(Result<sdk::Secret> key) {
  if (!key) return std::move(key.error());
  return std::optional(std::move(*key));
}

}  // namespace

void add_caller_key_options(CLI::App& command, CallerKeyOptions& values) {
  CLI::Option* file = command
                          .add_option("--caller-key-file", values.file,
                                      "Present the API key in FILE as the caller's, to be checked")
                          ->type_name("FILE")
                          ->group(kCallerGroup);
  CLI::Option* input = command
                           .add_flag("--caller-key-stdin", values.is_in_standard_input,
                                     "The same, of the key in standard input")
                           ->excludes(file)
                           ->excludes(command.get_option("--api-key-stdin"))
                           ->group(kCallerGroup);
  command
      .add_flag("--caller-key-env", values.is_in_environment,
                "The same, of the key in FARTHING_CALLER_KEY")
      ->excludes(file)
      ->excludes(input)
      ->group(kCallerGroup);
  refuse_key_argument(command, "--caller-key",
                      "--caller-key-file FILE, --caller-key-stdin or --caller-key-env");
}

Result<std::optional<sdk::Secret>> read_caller_key(const CallerKeyOptions& options,
                                                   const Surroundings& surroundings) {
  if (options.file) {
    return to_optional(read_key_file(*options.file, shared_secrets(surroundings)));
  }
  if (options.is_in_standard_input) return to_optional(read_key_input(surroundings));
  if (!options.is_in_environment) return std::optional<sdk::Secret>();
  auto key = surroundings.variable(kVariable);
  if (!key) return usage_problem("There is no API key in FARTHING_CALLER_KEY.");
  return std::optional(sdk::Secret(std::move(*key)));
}

}  // namespace farthing::cli
