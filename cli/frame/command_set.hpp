// SPDX-License-Identifier: Apache-2.0
// The commands of the program as the parser knows them, and which of them was chosen. A command's
// file has one function that adds the command, its options and its help; its action runs after the
// whole command line was found to be right.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <utility>

#include "cli/frame/exit_code.hpp"
#include "cli/frame/surroundings.hpp"

namespace farthing::cli {

class CommandSet {
 public:
  using Action = std::function<ExitCode(const Surroundings&)>;

  explicit CommandSet(CLI::App& app) : app_(app) {}

  CLI::App& app() { return app_; }
  // Sets the action that runs when `command` is the one on the command line. The options that it
  // captures live as long as the parser.
  void on(CLI::App& command, Action action) {
    command.callback([this, action = std::move(action)] { chosen_ = action; });
  }
  // Returns the chosen action, empty before a parse has succeeded.
  const Action& chosen() const { return chosen_; }

 private:
  CLI::App& app_;
  Action chosen_;
};

}  // namespace farthing::cli
