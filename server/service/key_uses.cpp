// SPDX-License-Identifier: Apache-2.0
#include "server/service/key_uses.hpp"

#include <cstdint>

namespace farthing::service {
namespace {

constexpr std::size_t kKeys = 65'536;

constexpr std::int64_t kMicros = 1'000'000;

Instant instant_of(std::uint32_t used_s) { return Instant::from_us(used_s * kMicros); }

}  // namespace

KeyUses::KeyUses() : cells_(kKeys) {}

void KeyUses::note(ApiKeyId key, Instant at) {
  // What has not been taken yet is worth more than anything that has.
  const auto worth = [](const Cell& cell) {
    const std::uint32_t used_s = cell.used_s.load(std::memory_order_relaxed);
    const bool is_taken = cell.taken_s.load(std::memory_order_relaxed) == used_s;
    return (is_taken ? 0 : std::int64_t{1} << 32) + used_s;
  };
  Cell& cell = cells_.find_or_claim(key.value, worth);
  const auto second = static_cast<std::uint32_t>(at.us() / kMicros);
  // A key that is used all the time is written down once a second.
  if (cell.used_s.load(std::memory_order_relaxed) == second) return;
  cell.used_s.store(second, std::memory_order_relaxed);
}

std::optional<Instant> KeyUses::last_use(ApiKeyId key) {
  const Cell* cell = cells_.find(key.value);
  const std::uint32_t used_s = cell == nullptr ? 0 : cell->used_s.load(std::memory_order_relaxed);
  if (used_s == 0) return {};
  return instant_of(used_s);
}

std::vector<directory::KeyUse> KeyUses::take_new() {
  std::vector<directory::KeyUse> uses;
  cells_.for_each([&](const Id128& key, Cell& cell) {
    const std::uint32_t used_s = cell.used_s.load(std::memory_order_relaxed);
    if (used_s == 0 || used_s == cell.taken_s.load(std::memory_order_relaxed)) return;
    cell.taken_s.store(used_s, std::memory_order_relaxed);
    uses.push_back({.key = {key}, .at = instant_of(used_s)});
  });
  return uses;
}

}  // namespace farthing::service
