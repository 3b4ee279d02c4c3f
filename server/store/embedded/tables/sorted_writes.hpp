// SPDX-License-Identifier: Apache-2.0
// Pairs for the derived part, collected in any order and given out in the order of their keys. Not
// synchronised.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/embedded/tables/database.hpp"

namespace farthing::store::embedded {

class SortedWrites {
 public:
  // Adds a pair. `value` must live until the pairs are cleared. Of two pairs with the same key the
  // later counts.
  void add(Family family, std::string_view key, std::string_view value);
  void add_copy(Family family, std::string_view key, std::string value) {
    add(family, key, values_.emplace_back(std::move(value)));
  }

  // Sorts the pairs; must be called when all are there, before they are visited. Calls `step` after
  // every few comparisons, so that the caller can let other threads go first.
  void sort(const std::function<void()>& step);
  // Visits each key once, in order.
  void visit(Family family, const Database::Put& put) const;
  void clear();

 private:
  struct Pair {
    // The key's first bytes, in place, so that most comparisons end with them.
    std::uint64_t first;
    std::uint64_t second;
    std::uint64_t third;
    std::size_t key_offset;
    std::size_t key_size;
    std::string_view value;
  };

  std::string_view key_of(const Pair& pair) const {
    return std::string_view(keys_).substr(pair.key_offset, pair.key_size);
  }
  // Compares the keys as std::string_view::compare does.
  int compare(const Pair& a, const Pair& b) const;
  void sort(std::vector<Pair>& pairs, const std::function<void()>& step) const;

  std::string keys_;  // of all pairs, end to end
  std::deque<std::string> values_;
  std::array<std::vector<Pair>, kFamilies> pairs_;
};

}  // namespace farthing::store::embedded
