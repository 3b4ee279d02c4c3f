// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/idempotency_key.hpp"

#include <cstdint>
#include <random>
#include <string_view>

namespace farthing::sdk {
namespace {

// Appends the lowest bits of `bits` as `count` characters of 5 bits each.
void append_base32(std::string& out, std::uint64_t bits, int count) {
  constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  for (int shift = 5 * (count - 1); shift >= 0; shift -= 5) {
    out.push_back(kAlphabet[(bits >> shift) & 0x1F]);
  }
}

}  // namespace

std::string make_idempotency_key() {
  return make_idempotency_key(std::chrono::system_clock::now());
}

std::string make_idempotency_key(std::chrono::system_clock::time_point now) {
  std::random_device device;
  const auto random_40_bits = [&] {
    const std::uint64_t high = device() & 0xFF;
    return (high << 32) | (device() & 0xFFFFFFFF);
  };
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  std::string key;
  append_base32(key, static_cast<std::uint64_t>(milliseconds) & 0xFFFFFFFFFFFF, 10);
  append_base32(key, random_40_bits(), 8);
  append_base32(key, random_40_bits(), 8);
  return key;
}

}  // namespace farthing::sdk
