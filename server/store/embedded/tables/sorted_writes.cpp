// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/tables/sorted_writes.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace farthing::store::embedded {
namespace {

constexpr std::size_t kComparisonsPerStep = 64;

// Returns a number that compares as the key's eight bytes from `offset` on; missing bytes count as
// zeros.
std::uint64_t word_of(std::string_view key, std::size_t offset) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word = 0;
  if (key.size() > offset) {
    std::memcpy(&word, key.data() + offset, std::min(key.size() - offset, sizeof word));
  }
  return __builtin_bswap64(word);
}

}  // namespace

void SortedWrites::add(Family family, std::string_view key, std::string_view value) {
  pairs_[static_cast<std::size_t>(family)].push_back({.first = word_of(key, 0),
                                                      .second = word_of(key, 8),
                                                      .third = word_of(key, 16),
                                                      .key_offset = keys_.size(),
                                                      .key_size = key.size(),
                                                      .value = value});
  keys_ += key;
}

int SortedWrites::compare(const Pair& a, const Pair& b) const {
  if (a.first != b.first) return a.first < b.first ? -1 : 1;
  if (a.second != b.second) return a.second < b.second ? -1 : 1;
  if (a.third != b.third) return a.third < b.third ? -1 : 1;
  return key_of(a).compare(key_of(b));
}

void SortedWrites::sort(const std::function<void()>& step) {
  for (auto& pairs : pairs_) sort(pairs, step);
}

// Sorts equal keys in the order in which they were added, which is that of their offsets.
void SortedWrites::sort(std::vector<Pair>& pairs, const std::function<void()>& step) const {
  std::size_t comparisons = 0;
  std::ranges::sort(pairs, [&](const Pair& a, const Pair& b) {
    if (++comparisons % kComparisonsPerStep == 0) step();
    const int order = compare(a, b);
    return order != 0 ? order < 0 : a.key_offset < b.key_offset;
  });
}

void SortedWrites::visit(Family family, const Database::Put& put) const {
  const auto& pairs = pairs_[static_cast<std::size_t>(family)];
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i + 1 < pairs.size() && compare(pairs[i], pairs[i + 1]) == 0) continue;
    put(key_of(pairs[i]), pairs[i].value);
  }
}

void SortedWrites::clear() {
  keys_.clear();
  values_.clear();
  for (auto& pairs : pairs_) pairs.clear();
}

}  // namespace farthing::store::embedded
