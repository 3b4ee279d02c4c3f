// SPDX-License-Identifier: Apache-2.0
// The whole program but for the process around it: reads the command line, runs the command, and
// answers the exit code. Never throws.
#pragma once

#include <string>
#include <vector>

#include "cli/frame/surroundings.hpp"

namespace farthing::cli {

// `arguments` without the program's name, in their order.
int run(const std::vector<std::string>& arguments, const Surroundings& surroundings);

}  // namespace farthing::cli
