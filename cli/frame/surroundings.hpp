// SPDX-License-Identifier: Apache-2.0
// What a run of the program touches of the world around it, so that a test can put something else
// in its place. The descriptors belong to whoever made it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <farthing/transport.hpp>

#include "cli/frame/problem.hpp"

namespace farthing::cli {

struct Surroundings {
  // The value of an environment variable; nothing when it is not set.
  std::function<std::optional<std::string>(const char* name)> environment;
  int standard_input = 0;
  int standard_output = 1;
  int standard_error = 2;
  std::shared_ptr<sdk::Transport> transport{};  // null means the network

  // An empty variable counts as one that is not set.
  std::optional<std::string> variable(const char* name) const;

  // All of `text`, or what kept it from being written (a full disk, a closed pipe).
  Result<Done> print(std::string_view text) const;
  // To standard error. What fails there has nowhere to be told.
  void tell(std::string_view text) const;
};

// The process's own.
Surroundings process_surroundings();

}  // namespace farthing::cli
