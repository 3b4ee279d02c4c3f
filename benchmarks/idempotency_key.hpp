// SPDX-License-Identifier: Apache-2.0
// Fresh idempotency keys as a careful client makes them: 26 characters, 48 bits of milliseconds and
// 80 random bits in Crockford's base32, so that keys made at about the same time lie together.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "benchmarks/rotation.hpp"

namespace farthing::bench {

class IdempotencyKeys {
 public:
  // A key never returned before. The view is good until the next call.
  std::string_view next();

 private:
  RandomBits random_;
  std::array<char, 26> text_{};
};

}  // namespace farthing::bench
