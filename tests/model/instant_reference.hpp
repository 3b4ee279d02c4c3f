// SPDX-License-Identifier: Apache-2.0
// A second reading of RFC 3339, for tests and fuzzing only: it matches the text against a template
// of characters and counts the days of the years and months one by one instead of trusting a
// calendar.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace farthing::instant_reference {

// Whether `text` is as long as `pattern` and has a digit wherever that has '9', and otherwise one
// of the characters meant: 'T' and 'Z' in either case, 's' for a sign, itself for the rest.
inline bool fits(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (pattern[i]) {
      case '9':
        if (c < '0' || c > '9') return false;
        break;
      case 'T':
      case 'Z':
        if ((c & ~0x20) != pattern[i]) return false;
        break;
      case 's':
        if (c != '+' && c != '-') return false;
        break;
      default:
        if (c != pattern[i]) return false;
    }
  }
  return true;
}

inline bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

inline int days_of(int month, int year) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// Microseconds since 1970, or nothing.
inline std::optional<std::int64_t> read_us(std::string_view text) {
  constexpr std::size_t kSecondsEnd = 19;
  if (!fits(text.substr(0, kSecondsEnd), "9999-99-99T99:99:99")) return {};
  const auto number = [](std::string_view digits) {
    int value = 0;
    for (const char digit : digits) value = 10 * value + (digit - '0');
    return value;
  };
  const int year = number(text.substr(0, 4));
  const int month = number(text.substr(5, 2));
  const int day = number(text.substr(8, 2));
  const int hour = number(text.substr(11, 2));
  const int minute = number(text.substr(14, 2));
  const int second = number(text.substr(17, 2));
  if (month < 1 || month > 12 || day < 1 || day > days_of(month, year)) return {};
  if (hour >= 24 || minute >= 60 || second >= 61) return {};

  std::string_view rest = text.substr(kSecondsEnd);
  std::int64_t fraction_us = 0;
  if (rest.starts_with('.')) {
    const std::size_t end = rest.find_first_not_of("0123456789", 1);
    if (end == 1 || end == std::string_view::npos) return {};
    for (std::size_t i = 1; i <= 6; ++i) {
      fraction_us = fraction_us * 10 + (i < end ? rest[i] - '0' : 0);
    }
    rest = rest.substr(end);
  }

  std::int64_t offset_minutes = 0;
  if (fits(rest, "s99:99")) {
    const int offset_hour = number(rest.substr(1, 2));
    const int offset_minute = number(rest.substr(4, 2));
    if (offset_hour >= 24 || offset_minute >= 60) return {};
    offset_minutes = offset_hour * 60 + offset_minute;
    if (rest.front() == '-') offset_minutes = -offset_minutes;
  } else if (!fits(rest, "Z")) {
    return {};
  }

  std::int64_t days = day - 1;
  for (int each = 1; each < month; ++each) days += days_of(each, year);
  for (int each = 1970; each < year; ++each) days += is_leap(each) ? 366 : 365;
  for (int each = year; each < 1970; ++each) days -= is_leap(each) ? 366 : 365;
  const std::int64_t minutes = (days * 24 + hour) * 60 + minute - offset_minutes;
  // The 61st second is that of the last minute of a day, and no other.
  constexpr std::int64_t kMinutesOfDay = 1'440;
  if (second == 60 && (minutes + 1) % kMinutesOfDay != 0) return {};
  const std::int64_t us = (minutes * 60 + second) * 1'000'000 + fraction_us;
  // The first instant of the year 10000 is one too late.
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  if (us < 0 || us >= kYear10000 * 1'000'000) return {};
  return us;
}

}  // namespace farthing::instant_reference
