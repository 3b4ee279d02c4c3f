// SPDX-License-Identifier: Apache-2.0
#include "verify/finding.hpp"

#include <limits>

#include "base/digest.hpp"

namespace farthing::verify {

std::string Deviation::to_string() const {
  std::string text = "organization " + organization.to_string();
  text += " entry " + std::to_string(seq) + ": " + finding.what;
  return text + ": expected " + finding.expected + ", found " + finding.found;
}

std::string show(Nano amount) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (amount > Limits::max()) return "more than there can be";
  if (amount < Limits::min()) return "less than there can be";
  return Credits::from_nano(static_cast<std::int64_t>(amount)).to_string();
}

std::string show_bytes(std::string_view bytes) { return to_hex(bytes); }

Check expect_equal(std::string_view what, Nano expected, Nano found) {
  if (expected == found) return {};
  return Finding{.what = std::string(what), .expected = show(expected), .found = show(found)};
}

Check expect_equal(std::string_view what, std::string_view expected, std::string_view found) {
  return expect(expected == found, what, expected, found);
}

Check expect(bool condition, std::string_view what, std::string_view expected,
             std::string_view found) {
  if (condition) return {};
  return Finding{
      .what = std::string(what), .expected = std::string(expected), .found = std::string(found)};
}

}  // namespace farthing::verify
