// SPDX-License-Identifier: Apache-2.0
// The parts of the outside world that a run of the program touches; a test can replace them. The
// descriptors belong to whoever made the object.
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
  // Returns the value of an environment variable; nothing when it is not set.
  std::function<std::optional<std::string>(const char* name)> environment;
  int standard_input = 0;
  int standard_output = 1;
  int standard_error = 2;
  std::shared_ptr<sdk::Transport> transport{};  // null means the network

  // Returns the value of a variable; an empty one counts as not set.
  std::optional<std::string> variable(const char* name) const;

  // Writes all of `text`, or returns what prevented it (a full disk, a closed pipe).
  Result<Done> print(std::string_view text) const;
  // Writes to standard error. A failure there is ignored, because nothing could report it.
  void tell(std::string_view text) const;
};

// Returns the process's own surroundings.
Surroundings process_surroundings();

}  // namespace farthing::cli
