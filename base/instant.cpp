// SPDX-License-Identifier: Apache-2.0
#include "base/instant.hpp"

namespace farthing {
namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
// That of a leap second, which only the last minute of a day has, in UTC.
constexpr int kLeapSecond = 60;

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

// Writes the value into `count` places of the text, with leading zeros.
void write_digits(std::int64_t value, std::string& text, std::size_t begin, std::size_t count) {
  for (std::size_t i = begin + count; i-- > begin; value /= 10) {
    text[i] = static_cast<char>('0' + value % 10);
  }
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
  if (!scan.at_end() || hour > 23 || minute > 59 || second > kLeapSecond) return {};

  const auto date = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                    std::chrono::day(static_cast<unsigned>(day));
  if (!date.ok()) return {};
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds =
      days * kSecondsPerDay + hour * 3600 + (minute - offset_minutes) * 60 + second;
  if (second == kLeapSecond && seconds % kSecondsPerDay != 0) return {};
  const Instant instant(seconds * kUsPerSecond + fraction_us);
  if (instant.us() < 0 || instant > max()) return {};
  return instant;
}

std::string Instant::to_string() const {
  std::string text;
  append_to(text);
  return text;
}

void Instant::append_to(std::string& text) const {
  const std::int64_t seconds = us_ / kUsPerSecond;
  const std::chrono::sys_days day{std::chrono::days(seconds / kSecondsPerDay)};
  const std::chrono::year_month_day date(day);
  const std::int64_t second = seconds % kSecondsPerDay;
  const std::size_t begin = text.size();
  text += "YYYY-MM-DDThh:mm:ss.ffffffZ";
  write_digits(static_cast<int>(date.year()), text, begin, 4);
  write_digits(static_cast<unsigned>(date.month()), text, begin + 5, 2);
  write_digits(static_cast<unsigned>(date.day()), text, begin + 8, 2);
  write_digits(second / 3600, text, begin + 11, 2);
  write_digits(second / 60 % 60, text, begin + 14, 2);
  write_digits(second % 60, text, begin + 17, 2);
  write_digits(us_ % kUsPerSecond, text, begin + 20, 6);
}

}  // namespace farthing
