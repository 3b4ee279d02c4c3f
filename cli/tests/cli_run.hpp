// SPDX-License-Identifier: Apache-2.0
// Runs the program inside the test: a given environment, an input, a scripted transport, and what
// it printed caught in memory. The home directory is a fresh, empty one.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/frame/surroundings.hpp"
#include "cli/tests/scratch.hpp"
#include "sdk/cpp/mocks/scripted_transport.hpp"

namespace farthing::cli {

struct CliResult {
  int exit_code = -1;
  std::string output{};
  std::string errors{};
};

class CliRun {
 public:
  CliRun();

  CliResult run(const std::vector<std::string>& arguments) const;
  // For tests of the parts below the program. Valid as long as this lives.
  Surroundings surroundings() const;

  std::map<std::string, std::string> environment{};
  std::string input{};
  std::shared_ptr<sdk::mocks::ScriptedTransport> transport =
      std::make_shared<sdk::mocks::ScriptedTransport>();
  Scratch scratch{};
};

}  // namespace farthing::cli
