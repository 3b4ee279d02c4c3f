// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/surroundings.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "cli/output/descriptor.hpp"

namespace farthing::cli {

std::optional<std::string> Surroundings::variable(const char* name) const {
  auto value = environment(name);
  if (value && value->empty()) return {};
  return value;
}

Result<Done> Surroundings::print(std::string_view text) const {
  int error = write_all(standard_output, text);
  if (error == 0) {
    // Some file systems report a lost write only when a descriptor is closed, so close a second
    // one.
    Descriptor second(::dup(standard_output));
    error = second.is_open() ? second.close() : errno;
  }
  if (error != 0) return system_problem("Cannot write to standard output", error);
  return Done{};
}

void Surroundings::tell(std::string_view text) const { (void)write_all(standard_error, text); }

Surroundings process_surroundings() {
  return {.environment = [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return {};
    return std::string(value);
  }};
}

}  // namespace farthing::cli
