// SPDX-License-Identifier: Apache-2.0
#include "base/instant.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "tests/model/instant_reference.hpp"

namespace farthing::instant_test {

std::string reading_of(const std::string& text) {
  const auto instant = Instant::parse(text);
  return instant ? instant->to_string() : "refused";
}

struct Reading {
  std::string text;
  std::string instant;
};

TEST(Instant, ReadsRfc3339) {
  const std::vector<Reading> cases = {
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
      {"2026-11-22T16:37:42.123456Z", "2026-11-22T16:37:42.123456Z"},
      {"2026-11-22t16:37:42z", "2026-11-22T16:37:42.000000Z"},
      // Offsets, over the edges of day, month and year.
      {"2026-11-22T16:37:42+00:00", "2026-11-22T16:37:42.000000Z"},
      {"2026-11-22T16:37:42-00:00", "2026-11-22T16:37:42.000000Z"},
      {"2026-11-22T16:37:42+01:30", "2026-11-22T15:07:42.000000Z"},
      {"2026-11-22T16:37:42-01:30", "2026-11-22T18:07:42.000000Z"},
      {"2026-12-31T23:59:59.5-00:01", "2027-01-01T00:00:59.500000Z"},
      {"2027-01-01T00:00:00+23:59", "2026-12-31T00:01:00.000000Z"},
      {"2024-02-28T23:00:00-02:00", "2024-02-29T01:00:00.000000Z"},
      // Leap years.
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"},
      {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z"},
      {"2400-02-29T00:00:00Z", "2400-02-29T00:00:00.000000Z"},
      {"2023-02-29T00:00:00Z", "refused"},
      {"2100-02-29T00:00:00Z", "refused"},
      {"2026-02-30T00:00:00Z", "refused"},
      // The first and the last instant.
      {"1969-12-31T23:59:59.999999Z", "refused"},
      {"1970-01-01T00:00:00+00:01", "refused"},
      {"1969-12-31T23:59:00-00:01", "1970-01-01T00:00:00.000000Z"},
      {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
      {"9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999Z"},
      {"9999-12-31T23:59:59-00:01", "refused"},
      {"9999-12-31T23:59:00-00:01", "refused"},
      {"0000-01-01T00:00:00Z", "refused"},
      {"0001-01-01T00:00:00Z", "refused"},
      {"10000-01-01T00:00:00Z", "refused"},
      // Fractions of the second.
      {"2026-11-22T16:37:42.1Z", "2026-11-22T16:37:42.100000Z"},
      {"2026-11-22T16:37:42.000001Z", "2026-11-22T16:37:42.000001Z"},
      {"2026-11-22T16:37:42.0000009Z", "2026-11-22T16:37:42.000000Z"},
      {"2026-11-22T16:37:42.123456789012345678901234567890Z", "2026-11-22T16:37:42.123456Z"},
      {"2026-11-22T16:37:42.Z", "refused"},
      {"2026-11-22T16:37:42,5Z", "refused"},
      // Parts out of range.
      {"2026-00-22T16:37:42Z", "refused"},
      {"2026-13-22T16:37:42Z", "refused"},
      {"2026-11-00T16:37:42Z", "refused"},
      {"2026-11-31T16:37:42Z", "refused"},
      {"2026-11-22T24:00:00Z", "refused"},
      {"2026-11-22T16:60:00Z", "refused"},
      {"2026-11-22T16:37:60Z", "refused"},
      {"2026-11-22T16:37:42+24:00", "refused"},
      {"2026-11-22T16:37:42+01:60", "refused"},
      // Leap seconds, which are the last of a day in UTC.
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},
      {"2016-12-31T23:59:60.25Z", "2017-01-01T00:00:00.250000Z"},
      {"2016-12-31T15:59:60-08:00", "2017-01-01T00:00:00.000000Z"},
      {"2017-01-01T05:29:60+05:30", "2017-01-01T00:00:00.000000Z"},
      {"2016-12-31T23:59:60+01:00", "refused"},
      {"2016-12-31T23:58:60Z", "refused"},
      {"2016-12-31T22:59:60Z", "refused"},
      {"2016-12-31T23:59:61Z", "refused"},
      {"1969-12-31T23:59:60Z", "1970-01-01T00:00:00.000000Z"},
      {"9999-12-31T23:59:60Z", "refused"},
      // Other forms.
      {"", "refused"},
      {"Z", "refused"},
      {"2026-11-22", "refused"},
      {"2026-11-22T16:37:42", "refused"},
      {"2026-11-22T16:37Z", "refused"},
      {"2026-11-22 16:37:42Z", "refused"},
      {"20261122T163742Z", "refused"},
      {"2026-1-22T16:37:42Z", "refused"},
      {"2026-11-22T6:37:42Z", "refused"},
      {"+2026-11-22T16:37:42Z", "refused"},
      {"-2026-11-22T16:37:42Z", "refused"},
      {"2026-11-22T16:37:42+0100", "refused"},
      {"2026-11-22T16:37:42+01", "refused"},
      {"2026-11-22T16:37:42+1:00", "refused"},
      {"2026-11-22T16:37:42 Z", "refused"},
      {"2026-11-22T16:37:42ZZ", "refused"},
      {"2026-11-22T16:37:42Z ", "refused"},
      {" 2026-11-22T16:37:42Z", "refused"},
      {"2026-11-22T16:37:42UTC", "refused"},
      {"2026-11-22T16:-7:42Z", "refused"},
      {"2026/11/22T16:37:42Z", "refused"},
      {std::string("2026-11-22T16:37:42Z\0", 21), "refused"},
      {"1795365462", "refused"},
  };
  for (const Reading& each : cases) {
    EXPECT_EQ(reading_of(each.text), each.instant) << '"' << each.text << '"';
    EXPECT_EQ(Instant::parse(each.text).has_value(),
              instant_reference::read_us(each.text).has_value())
        << '"' << each.text << '"';
  }
}

TEST(Instant, CountsMicrosecondsSince1970) {
  EXPECT_EQ(Instant().us(), 0);
  EXPECT_EQ(Instant::parse("1970-01-01T00:00:00.000001Z")->us(), 1);
  EXPECT_EQ(Instant::parse("2001-09-09T01:46:40Z")->us(), 1'000'000'000'000'000);
  EXPECT_EQ(Instant::parse("2038-01-19T03:14:08Z")->us(), 2'147'483'648'000'000);
  EXPECT_EQ(Instant::parse("9999-12-31T23:59:59.999999Z"), Instant::max());
}

TEST(Instant, MovesAndCompares) {
  const Instant instant = *Instant::parse("2026-12-31T23:59:59.999999Z");
  EXPECT_EQ(instant.plus(std::chrono::microseconds(1)).to_string(), "2027-01-01T00:00:00.000000Z");
  EXPECT_EQ(instant.plus(-std::chrono::hours(24)).to_string(), "2026-12-30T23:59:59.999999Z");
  EXPECT_LT(instant, instant.plus(std::chrono::microseconds(1)));
}

rc::Gen<Instant> instants() {
  return rc::gen::map(rc::gen::inRange<std::int64_t>(0, Instant::max().us() + 1),
                      &Instant::from_us);
}

RC_GTEST_PROP(InstantProperty, ReadsBackWhatItPrintsAndSortsAlike, ()) {
  const Instant a = *instants();
  const Instant b = *instants();
  RC_ASSERT(Instant::parse(a.to_string()) == a);
  RC_ASSERT(instant_reference::read_us(a.to_string()) == a.us());
  RC_ASSERT((a < b) == (a.to_string() < b.to_string()));
}

// One character of a good text changed, lost or doubled.
RC_GTEST_PROP(InstantProperty, AgreesWithASecondReadingOfBentText, ()) {
  std::string text = (*instants()).to_string();
  if (*rc::gen::arbitrary<bool>()) text.replace(text.size() - 1, 1, "+01:30");
  const auto place =
      static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(text.size())));
  const char changed =
      *rc::gen::element('0', '1', '3', '6', '9', ':', '-', '+', 'Z', 'T', '.', ' ');
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      text[place] = changed;
      break;
    case 1:
      text.erase(place, 1);
      break;
    default:
      text.insert(place, 1, changed);
  }
  const auto instant = Instant::parse(text);
  const auto expected = instant_reference::read_us(text);
  RC_ASSERT(instant.has_value() == expected.has_value());
  if (instant) RC_ASSERT(instant->us() == *expected);
}

}  // namespace farthing::instant_test
