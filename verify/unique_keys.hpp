// SPDX-License-Identifier: Apache-2.0
// Whether every idempotency key of an organization led to one outcome only. What is remembered of
// each key is in a temporary file, so any number of them may come. Not synchronised.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "verify/mapped_file.hpp"

namespace farthing::verify {

class UniqueKeys {
 public:
  // The entry with the number `seq` begins the outcome of that key.
  void add(std::string_view key, std::uint64_t seq);

  // A key that led to two outcomes, and the numbers of their entries.
  struct Repeat {
    std::uint64_t first;
    std::uint64_t second;
  };
  // The one that was repeated first; nothing when none was. Nothing may be added afterwards.
  std::optional<Repeat> find_repeat();

  // Whether keys were lost for want of room.
  bool has_failed() const { return has_failed_; }

 private:
  MappedFile records_;
  std::size_t count_ = 0;
  bool has_failed_ = false;
};

}  // namespace farthing::verify
