// SPDX-License-Identifier: Apache-2.0
#include "base/id.hpp"

#include <mutex>
#include <span>

#include "base/random.hpp"

namespace farthing {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kTimeBytes = 6;

constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

// Adds one to the random part; returns false when it was all ones.
bool increment(std::span<std::uint8_t> random_part) {
  for (std::size_t i = random_part.size(); i-- > 0;) {
    if (++random_part[i] != 0) return true;
  }
  return false;
}

}  // namespace

Id128 Id128::make(Instant now) {
  // The whole process shares one last id, so that ids sort in the order they were made, whichever
  // thread made them.
  static std::mutex mutex;
  static Id128 last;
  static std::int64_t last_ms = -1;

  const std::int64_t ms = now.us() / 1000;
  const std::lock_guard lock(mutex);
  const auto random_part = std::span(last.bytes).subspan(kTimeBytes);
  if (ms == last_ms && increment(random_part)) return last;
  last_ms = ms;
  for (std::size_t i = 0; i < kTimeBytes; ++i) {
    last.bytes[i] = static_cast<std::uint8_t>(ms >> (8 * (kTimeBytes - 1 - i)));
  }
  fill_random(random_part);
  // The first bit stays free, so that counting up within the millisecond does not run over.
  random_part[0] &= 0x7f;
  return last;
}

std::optional<Id128> Id128::parse(std::string_view text) {
  if (text.size() != kTextSize) return {};
  // 26 characters hold 130 bits; the first one must leave the upper two zero.
  unsigned __int128 bits = 0;
  if (text.front() > '7') return {};
  for (const char c : text) {
    const std::int8_t value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return {};
    bits = (bits << 5) | static_cast<unsigned>(value);
  }
  Id128 id;
  for (std::size_t i = id.bytes.size(); i-- > 0; bits >>= 8) {
    id.bytes[i] = static_cast<std::uint8_t>(bits);
  }
  return id;
}

void Id128::append_to(std::string& text) const {
  // 26 characters hold 130 bits: the first one has three of its own, all others five. 40 bits at a
  // time make eight of them.
  std::uint64_t high = 0;  // the first 48 bits
  for (std::size_t i = 0; i < 6; ++i) high = (high << 8) | bytes[i];
  std::array<char, kTextSize> digits;
  const auto write = [&digits](std::uint64_t bits, std::size_t end, std::size_t count) {
    for (; count > 0; --count, bits >>= 5) digits[--end] = kAlphabet[bits & 31];
  };
  write(high, 10, 10);
  for (std::size_t group = 0; group < 2; ++group) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i) bits = (bits << 8) | bytes[6 + 5 * group + i];
    write(bits, 18 + 8 * group, 8);
  }
  text.append(digits.data(), digits.size());
}

}  // namespace farthing
