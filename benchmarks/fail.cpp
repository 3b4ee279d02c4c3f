// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/fail.hpp"

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <system_error>

namespace farthing::bench {

void fail(std::string_view message) {
  std::cerr << "bench: " << message << '\n';
  std::exit(EXIT_FAILURE);
}

void fail_errno(std::string_view message) {
  const std::error_code code(errno, std::generic_category());
  std::cerr << "bench: " << message << ": " << code.message() << '\n';
  std::exit(EXIT_FAILURE);
}

}  // namespace farthing::bench
