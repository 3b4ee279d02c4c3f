// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace farthing::sdk {
namespace {

// What a date's text is made of. `%d` day, `%D` day with a blank for its first digit, `%b` month,
// `%Y` and `%y` year of four and two digits, `%H:%M:%S`; `%a` and `%A` skip the day's name. The
// rest stands for itself.
constexpr std::array<std::string_view, 3> kForms = {
    "%a, %d %b %Y %H:%M:%S GMT",
    "%A, %d-%b-%y %H:%M:%S GMT",
    "%a %b %D %H:%M:%S %Y",
};

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

template <class Number>
bool take_digits(std::string_view& text, std::size_t count, Number& out) {
  if (text.size() < count) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + count, out);
  if (error != std::errc() || end != text.data() + count || text.front() == '-') return false;
  text.remove_prefix(count);
  return true;
}

bool take_day_name(std::string_view& text) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  const auto end = std::find_if_not(text.begin(), text.end(), is_letter);
  const auto length = static_cast<std::size_t>(end - text.begin());
  if (length < 3 || length > 9) return false;
  text.remove_prefix(length);
  return true;
}

bool take_month(std::string_view& text, unsigned& month) {
  const auto found = std::find(kMonths.begin(), kMonths.end(), text.substr(0, 3));
  if (found == kMonths.end()) return false;
  month = static_cast<unsigned>(found - kMonths.begin()) + 1;
  text.remove_prefix(3);
  return true;
}

bool take_field(char form, std::string_view& text, Fields& fields) {
  switch (form) {
    case 'a':
    case 'A':
      return take_day_name(text);
    case 'b':
      return take_month(text, fields.month);
    case 'D':
      if (text.starts_with(' ')) {
        text.remove_prefix(1);
        return take_digits(text, 1, fields.day);
      }
      return take_digits(text, 2, fields.day);
    case 'd':
      return take_digits(text, 2, fields.day);
    case 'Y':
      return take_digits(text, 4, fields.year);
    case 'y':
      if (!take_digits(text, 2, fields.year)) return false;
      fields.year += fields.year < 70 ? 2000 : 1900;
      return true;
    case 'H':
      return take_digits(text, 2, fields.hour);
    case 'M':
      return take_digits(text, 2, fields.minute);
    case 'S':
      return take_digits(text, 2, fields.second);
    default:
      return false;
  }
}

std::optional<Fields> match(std::string_view form, std::string_view text) {
  Fields fields;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '%') {
      if (!take_field(form[++i], text, fields)) return {};
    } else {
      if (!text.starts_with(form[i])) return {};
      text.remove_prefix(1);
    }
  }
  if (!text.empty()) return {};
  return fields;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  for (const std::string_view form : kForms) {
    const auto fields = match(form, text);
    if (!fields) continue;
    const std::chrono::year_month_day date{std::chrono::year(fields->year),
                                           std::chrono::month(fields->month),
                                           std::chrono::day(fields->day)};
    // 60 is a leap second.
    if (!date.ok() || fields->hour > 23 || fields->minute > 59 || fields->second > 60) return {};
    return std::chrono::sys_days(date) + std::chrono::hours(fields->hour) +
           std::chrono::minutes(fields->minute) + std::chrono::seconds(fields->second);
  }
  return {};
}

}  // namespace farthing::sdk
