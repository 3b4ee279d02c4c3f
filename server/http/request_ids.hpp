// SPDX-License-Identifier: Apache-2.0
// Makes request ids: 128 random bits as 32 lower-case hexadecimal digits, at a few nanoseconds
// each. Seeded from the kernel, unique in practice, but not secret. One per thread.
#pragma once

#include <array>
#include <cstdint>

namespace farthing::http {

class RequestIds {
 public:
  RequestIds();

  void next(std::array<char, 32>& id);

 private:
  std::uint64_t next_word();

  std::array<std::uint64_t, 4> state_;
};

}  // namespace farthing::http
