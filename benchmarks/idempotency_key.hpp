// SPDX-License-Identifier: Apache-2.0
// Fresh idempotency keys of 26 characters in Crockford's base32: as a careful client makes them, 48
// bits of milliseconds and 80 random bits, so that keys made at about the same time lie together;
// or all of them random.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "benchmarks/rotation.hpp"

namespace farthing::bench {

enum class KeyOrder { time, random };

class IdempotencyKeys {
 public:
  explicit IdempotencyKeys(KeyOrder order = KeyOrder::time) : order_(order) {}

  // A key never returned before. The view is good until the next call.
  std::string_view next();

 private:
  const KeyOrder order_;
  RandomBits random_;
  std::array<char, 26> text_{};
};

}  // namespace farthing::bench
