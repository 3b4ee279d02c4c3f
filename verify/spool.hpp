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
  // The value of that number from now on.
  void put(std::uint64_t number, std::string_view value);
  // Empty when there is none. Valid until the next `put`.
  std::string_view get(std::uint64_t number) const;
  void clear();

  // Whether values were lost for want of room: then nothing that was asked means anything.
  bool has_failed() const { return has_failed_; }

 private:
  MappedFile places_;  // by number: where the value stands in `values_`, plus one; 0 for none
  MappedFile values_;  // each behind its length
  std::size_t places_end_ = 0;
  std::size_t values_end_ = 0;
  bool has_failed_ = false;
};

}  // namespace farthing::verify
