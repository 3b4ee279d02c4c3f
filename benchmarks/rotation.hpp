// SPDX-License-Identifier: Apache-2.0
// The keys or organizations that the requests of a run go through: one after the other, or drawn
// evenly at random.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace farthing::bench {

// A fast generator (SplitMix64), seeded by the system once: good for spreading load and for ids
// that must not collide, not for secrets.
class RandomBits {
 public:
  RandomBits();
  std::uint64_t next();

 private:
  std::uint64_t state_;
};

enum class Order { sequential, random };

class Rotation {
 public:
  // `items` must not be empty.
  Rotation(std::vector<std::string> items, Order order);

  const std::string& next();

 private:
  std::vector<std::string> items_;
  Order order_;
  std::size_t position_ = 0;
  RandomBits random_;
};

// The lines of a file, at most `limit` of them (0: all). Ends the program when there is none.
std::vector<std::string> read_lines(const std::string& path, std::size_t limit);

}  // namespace farthing::bench
