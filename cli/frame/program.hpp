// SPDX-License-Identifier: Apache-2.0
// The whole program except the process around it.
#pragma once

#include <string>
#include <vector>

#include "cli/frame/surroundings.hpp"

namespace farthing::cli {

// Reads the command line, runs the command and returns the exit code. Never throws. `arguments` has
// no program name.
int run(const std::vector<std::string>& arguments, const Surroundings& surroundings);

}  // namespace farthing::cli
