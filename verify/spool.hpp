// SPDX-License-Identifier: Apache-2.0
// Values by number, kept in a temporary file in place of memory, so that a verification can
// remember every charge of a ledger of any size. Not synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "verify/mapped_file.hpp"

namespace farthing::verify {

class Spool {
 public:
  // Sets the value of that number.
  void put(std::uint64_t number, std::string_view value);
  // Returns the value, empty when there is none; valid until the next `put`.
  std::string_view get(std::uint64_t number) const;
  void clear();

  // Returns whether values were lost for want of room, which makes every answer worthless.
  bool has_failed() const { return has_failed_; }

 private:
  MappedFile places_;  // by number: where the value stands in `values_`, plus one; 0 for none
  MappedFile values_;  // each behind its length
  std::size_t places_end_ = 0;
  std::size_t values_end_ = 0;
  bool has_failed_ = false;
};

}  // namespace farthing::verify
