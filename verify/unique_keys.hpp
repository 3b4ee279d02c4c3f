// SPDX-License-Identifier: Apache-2.0
// Checks that every idempotency key of an organization led to one outcome only. A temporary file
// remembers the keys, so there may be any number of them. Not synchronised.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "verify/mapped_file.hpp"

namespace farthing::verify {

class UniqueKeys {
 public:
  // Notes that the entry with the number `seq` begins the outcome of that key.
  void add(std::string_view key, std::uint64_t seq);

  // A key that led to two outcomes, and the numbers of their entries.
  struct Repeat {
    std::uint64_t first;
    std::uint64_t second;
  };
  // Returns the key that was repeated first; nothing when none was. Nothing may be added
  // afterwards.
  std::optional<Repeat> find_repeat();

  // Returns whether keys were lost for want of room.
  bool has_failed() const { return has_failed_; }

 private:
  MappedFile records_;
  std::size_t count_ = 0;
  bool has_failed_ = false;
};

}  // namespace farthing::verify
