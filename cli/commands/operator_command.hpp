// SPDX-License-Identifier: Apache-2.0
// The frame of the operator's commands: a noun with verbs, an admin key, and no server by default.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame/client_command.hpp"
#include "cli/frame/command_options.hpp"
#include "cli/frame/command_set.hpp"

namespace farthing::cli {

CLI::App& add_noun(CommandSet& commands, const std::string& noun, const std::string& summary);

// Returns the session's call options with the idempotency key of a request that writes.
sdk::CallOptions call_options(const ClientSession& session,
                              const std::optional<std::string>& idempotency_key);

template <class T>
std::vector<std::string> to_json_texts(const std::vector<T>& items) {
  std::vector<std::string> texts;
  texts.reserve(items.size());
  for (const auto& item : items) texts.push_back(item.to_json());
  return texts;
}

// Adds a verb that runs `call` with `options`, whose member `common` holds the shared ones.
// `output_access` is the access to a file written with -o.
template <class Options>
CLI::App& add_operator_command(CommandSet& commands, CLI::App& noun, const std::string& verb,
                               const std::string& summary, const std::shared_ptr<Options>& options,
                               Result<Report> (*call)(const Options&, const ClientSession&),
                               AtomicFile::Access output_access = AtomicFile::Access::by_umask) {
  CLI::App* command = noun.add_subcommand(verb, summary);
  add_common_options(*command, options->common);
  refuse_api_key_argument(*command);
  commands.on(*command, [options, call, output_access](const Surroundings& surroundings) {
    return run_client_command(
        {.options = options->common,
         .output_access = output_access,
         .call = [&](const ClientSession& session) { return call(*options, session); }},
        surroundings);
  });
  return *command;
}

}  // namespace farthing::cli
