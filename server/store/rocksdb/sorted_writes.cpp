// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/sorted_writes.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace farthing::store {
namespace {

// Compares as the key's first bytes do; what is missing of them counts as zeros.
template <std::size_t kWords>
std::array<std::uint64_t, kWords> prefix_of(std::string_view key) {
  static_assert(std::endian::native == std::endian::little);
  std::array<std::uint64_t, kWords> words{};
  std::memcpy(words.data(), key.data(), std::min(key.size(), sizeof words));
  for (std::uint64_t& word : words) word = __builtin_bswap64(word);
  return words;
}

}  // namespace

void SortedWrites::add(Family family, std::string_view key, std::string_view value) {
  auto& pairs = pairs_[static_cast<std::size_t>(family)];
  pairs.push_back({.prefix = prefix_of<std::tuple_size_v<decltype(Pair::prefix)>>(key),
                   .key_offset = keys_.size(),
                   .key_size = key.size(),
                   .value = value});
  keys_ += key;
}

void SortedWrites::sort() {
  for (auto& pairs : pairs_) sort(pairs);
}

// Keys come in the order of their offsets.
void SortedWrites::sort(std::vector<Pair>& pairs) const {
  std::ranges::sort(pairs, [this](const Pair& a, const Pair& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const int order = key_of(a).compare(key_of(b));
    return order != 0 ? order < 0 : a.key_offset < b.key_offset;
  });
}

void SortedWrites::visit(Family family, const Database::Put& put) const {
  const auto& pairs = pairs_[static_cast<std::size_t>(family)];
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i + 1 < pairs.size() && key_of(pairs[i]) == key_of(pairs[i + 1])) continue;
    put(key_of(pairs[i]), pairs[i].value);
  }
}

void SortedWrites::clear() {
  keys_.clear();
  values_.clear();
  for (auto& pairs : pairs_) pairs.clear();
}

}  // namespace farthing::store
