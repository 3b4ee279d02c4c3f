// SPDX-License-Identifier: Apache-2.0
#include "base/instant.hpp"

#include <cstdio>

namespace farthing {
namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

// Reads one part after another of a fixed form; once something does not fit, everything after it
// fails too.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int digits(int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (!has_digit()) return fail();
      value = value * 10 + (text_[at_++] - '0');
    }
    return value;
  }
  bool has_digit() const {
    return ok_ && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
  }
  // Takes one character if it is one of `any_of`, and returns it or 0.
  char take(std::string_view any_of) {
    if (!ok_ || at_ >= text_.size() || any_of.find(text_[at_]) == std::string_view::npos) return 0;
    return text_[at_++];
  }
  char expect(std::string_view any_of) {
    const char taken = take(any_of);
    if (taken == 0) fail();
    return taken;
  }
  bool at_end() const { return ok_ && at_ == text_.size(); }

 private:
  int fail() {
    ok_ = false;
    return 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

std::int64_t scan_fraction_us(Scanner& scan) {
  std::int64_t us = 0;
  std::int64_t unit = kUsPerSecond / 10;
  us += scan.digits(1) * unit;
  while (scan.has_digit()) {
    unit /= 10;
    us += scan.digits(1) * unit;
  }
  return us;
}

}  // namespace

std::optional<Instant> Instant::parse(std::string_view text) {
  Scanner scan(text);
  const int year = scan.digits(4);
  scan.expect("-");
  const int month = scan.digits(2);
  scan.expect("-");
  const int day = scan.digits(2);
  scan.expect("Tt");
  const int hour = scan.digits(2);
  scan.expect(":");
  const int minute = scan.digits(2);
  scan.expect(":");
  const int second = scan.digits(2);
  const std::int64_t fraction_us = scan.take(".") != 0 ? scan_fraction_us(scan) : 0;
  int offset_minutes = 0;
  const char zone = scan.expect("Zz+-");
  if (zone == '+' || zone == '-') {
    const int offset_hour = scan.digits(2);
    scan.expect(":");
    const int offset_minute = scan.digits(2);
    if (offset_hour > 23 || offset_minute > 59) return {};
    offset_minutes = (offset_hour * 60 + offset_minute) * (zone == '-' ? -1 : 1);
  }
  if (!scan.at_end() || hour > 23 || minute > 59 || second > 59) return {};

  const auto date = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                    std::chrono::day(static_cast<unsigned>(day));
  if (!date.ok()) return {};
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds =
      days * kSecondsPerDay + hour * 3600 + (minute - offset_minutes) * 60 + second;
  const Instant instant(seconds * kUsPerSecond + fraction_us);
  if (instant.us() < 0 || instant > max()) return {};
  return instant;
}

std::string Instant::to_string() const {
  const std::int64_t seconds = us_ / kUsPerSecond;
  const std::chrono::sys_days day{std::chrono::days(seconds / kSecondsPerDay)};
  const std::chrono::year_month_day date(day);
  const auto second = static_cast<int>(seconds % kSecondsPerDay);
  char text[64];
  const int length = std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600,
      second / 60 % 60, second % 60, static_cast<int>(us_ % kUsPerSecond));
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace farthing
