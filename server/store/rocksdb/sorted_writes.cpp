// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/sorted_writes.hpp"

#include <algorithm>

namespace farthing::store {

void SortedWrites::add(Family family, std::string_view key, std::string_view value) {
  pairs_[static_cast<std::size_t>(family)].push_back(
      {.key_offset = keys_.size(), .key_size = key.size(), .value = value});
  keys_.append(key);
}

void SortedWrites::sort(std::vector<Pair>& pairs) const {
  std::ranges::sort(pairs, [this](const Pair& a, const Pair& b) {
    const int order = key_of(a).compare(key_of(b));
    // Later ones have their keys further on.
    return order != 0 ? order < 0 : a.key_offset < b.key_offset;
  });
}

}  // namespace farthing::store
