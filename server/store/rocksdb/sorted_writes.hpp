// SPDX-License-Identifier: Apache-2.0
// Pairs for the derived part, collected and handed out in the order of their keys: neighbours find
// their places in RocksDB's memtables several times as fast as keys in any order. Not synchronised.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/rocksdb/database.hpp"

namespace farthing::store {

class SortedWrites {
 public:
  // `value` must live until the pairs have been handed out. Of two with the same key the later
  // counts.
  void add(Family family, std::string_view key, std::string_view value);

  // Hands out all pairs, family by family in the order of `Family`, until `write` returns an error,
  // and forgets them.
  template <class Write>
  Result<Done> take(Write write);

 private:
  struct Pair {
    std::size_t key_offset;
    std::size_t key_size;
    std::string_view value;
  };
  static constexpr std::size_t kFamilies = static_cast<std::size_t>(Family::directory) + 1;

  std::string_view key_of(const Pair& pair) const {
    return std::string_view(keys_).substr(pair.key_offset, pair.key_size);
  }
  void sort(std::vector<Pair>& pairs) const;

  std::string keys_;  // of all pairs, end to end
  std::array<std::vector<Pair>, kFamilies> pairs_;
};

template <class Write>
Result<Done> SortedWrites::take(Write write) {
  Result<Done> written = Done{};
  for (std::size_t i = 0; i < kFamilies; ++i) {
    sort(pairs_[i]);
    for (const Pair& pair : pairs_[i]) {
      if (written) written = write(static_cast<Family>(i), key_of(pair), pair.value);
    }
    pairs_[i].clear();
  }
  keys_.clear();
  return written;
}

}  // namespace farthing::store
