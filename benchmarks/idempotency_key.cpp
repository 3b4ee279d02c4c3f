// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/idempotency_key.hpp"

#include <chrono>
#include <cstddef>

namespace farthing::bench {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";

// Writes the lowest 5 * count bits of `bits`, most significant digit first.
void write_digits(char* to, std::uint64_t bits, std::size_t count) {
  for (std::size_t i = count; i-- > 0; bits >>= 5) to[i] = kDigits[bits & 31];
}

}  // namespace

std::string_view IdempotencyKeys::next() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto since_1970_ms = static_cast<std::uint64_t>(duration_cast<milliseconds>(now).count());
  write_digits(text_.data(), order_ == KeyOrder::time ? since_1970_ms : random_.next(), 10);
  write_digits(text_.data() + 10, random_.next(), 8);
  write_digits(text_.data() + 18, random_.next(), 8);
  return {text_.data(), text_.size()};
}

}  // namespace farthing::bench
