// SPDX-License-Identifier: Apache-2.0
// A fault that a verification finds: one thing, what it should be and what it is, in words for a
// person. The first one ends a verification, because results after it mean nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/credits.hpp"
#include "base/id.hpp"

namespace farthing::verify {

struct Finding {
  std::string what;  // "available", "the hash"
  std::string expected;
  std::string found;
};

// The result of a check; nothing means that all is as it should be.
using Check = std::optional<Finding>;

// A finding and its place.
struct Deviation {
  OrganizationId organization;
  std::uint64_t seq =
      0;  // of the entry, or of the last one when it is about what follows from them
  Finding finding;

  // Returns one line: "organization org-… entry 17: available: expected 12.5, found 13".
  std::string to_string() const;
};

// A sum of amounts, which cannot overflow however wrong the amounts are.
using Nano = __int128;

inline Nano nano(Credits amount) { return amount.nano(); }
std::string show(Nano amount);
inline std::string show(Credits amount) { return amount.to_string(); }

// Returns the bytes as lower-case hexadecimal digits.
std::string show_bytes(std::string_view bytes);

Check expect_equal(std::string_view what, Nano expected, Nano found);
Check expect_equal(std::string_view what, std::string_view expected, std::string_view found);
// Returns a finding unless `condition` holds.
Check expect(bool condition, std::string_view what, std::string_view expected,
             std::string_view found);

}  // namespace farthing::verify
