// SPDX-License-Identifier: Apache-2.0
// CHECK(condition) is for our own bugs only, in every build. A false condition prints where it is
// and ends the process before a wrong balance can be written. No input from outside may trip it.
#pragma once

namespace farthing {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace farthing

#define CHECK(condition) \
  (static_cast<bool>(condition) ? void() : ::farthing::check_failed(#condition, __FILE__, __LINE__))
