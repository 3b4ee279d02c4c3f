// SPDX-License-Identifier: Apache-2.0
// A point in time: microseconds since 1970-01-01T00:00:00Z, UTC, without leap seconds. On the wire
// it is RFC 3339. A value type, safe to use from any thread.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace farthing {

class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant from_us(std::int64_t us) { return Instant(us); }
  // The last instant that can be written: 9999-12-31T23:59:59.999999Z.
  static constexpr Instant max() { return Instant(253'402'300'799'999'999); }

  // Reads an RFC 3339 date-time with "Z" or an offset, of the years 1970 to 9999. Cuts off digits
  // of the second beyond the microsecond. Takes a leap second, 23:59:60 in UTC, for the second
  // after it. Returns nothing for anything else.
  static std::optional<Instant> parse(std::string_view text);

  constexpr std::int64_t us() const { return us_; }
  // Returns "2026-11-22T16:37:42.123456Z": always in UTC, always six digits, so that texts sort by
  // time.
  std::string to_string() const;
  void append_to(std::string& text) const;

  constexpr Instant plus(std::chrono::microseconds duration) const {
    return Instant(us_ + duration.count());
  }

  friend constexpr auto operator<=>(Instant, Instant) = default;

 private:
  explicit constexpr Instant(std::int64_t us) : us_(us) {}

  std::int64_t us_ = 0;
};

}  // namespace farthing
