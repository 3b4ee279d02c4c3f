// SPDX-License-Identifier: Apache-2.0
#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace farthing {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "farthing: internal check failed at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace farthing
