// SPDX-License-Identifier: Apache-2.0
#include "server/http/request_ids.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

#include "base/random.hpp"

namespace farthing::http {

namespace {

// Two digits for each byte value.
constexpr std::array<char, 512> kHex = [] {
  constexpr const char* kDigits = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = kDigits[i >> 4];
    pairs[2 * i + 1] = kDigits[i & 15];
  }
  return pairs;
}();

}  // namespace

RequestIds::RequestIds() {
  std::array<std::uint8_t, sizeof state_> seed;
  fill_random(seed);
  std::memcpy(state_.data(), seed.data(), seed.size());
  // All zeros is the generator's one forbidden state.
  state_[0] |= 1;
}

void RequestIds::next(std::array<char, 32>& id) {
  for (std::size_t word = 0; word < 2; ++word) {
    std::uint64_t bits = next_word();
    for (std::size_t byte = 0; byte < 8; ++byte, bits >>= 8) {
      std::memcpy(&id[word * 16 + byte * 2], &kHex[2 * (bits & 0xff)], 2);
    }
  }
}

// xoshiro256** by Blackman and Vigna.
std::uint64_t RequestIds::next_word() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

}  // namespace farthing::http
