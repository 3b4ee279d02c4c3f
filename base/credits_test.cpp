// SPDX-License-Identifier: Apache-2.0
#include "base/credits.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "tests/model/credits_reference.hpp"

namespace farthing::credits_test {

constexpr std::int64_t kMaxNano = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMinNano = std::numeric_limits<std::int64_t>::min();

struct Reading {
  std::string text;
  std::optional<std::int64_t> nano;  // nothing: refused
};

std::optional<std::int64_t> nano_of(std::optional<Credits> credits) {
  if (!credits) return {};
  return credits->nano();
}

TEST(Credits, ReadsPlainDecimals) {
  const std::vector<Reading> cases = {
      {"0", 0},
      {"-0", 0},
      {"0.0", 0},
      {"0.000000000", 0},
      {"1", 1'000'000'000},
      {"12.5", 12'500'000'000},
      {"12.500000000", 12'500'000'000},
      {"-12.5", -12'500'000'000},
      {"0.000000001", 1},
      {"-0.000000001", -1},
      {"0.000000150", 150},
      {"100", 100'000'000'000},
      {"9223372036.854775807", kMaxNano},
      {"-9223372036.854775808", kMinNano},
      {"9223372036.854775808", {}},
      {"-9223372036.854775809", {}},
      {"9223372036.9", {}},
      {"9223372037", {}},
      {"10000000000", {}},
      {"18446744073.709551616", {}},
      {"18446744074", {}},
      {"99999999999999999999999999999999", {}},
      {"0.0000000001", {}},
      {"0.0000000000", {}},
      {"1.1234567890", {}},
      {"", {}},
      {"-", {}},
      {".", {}},
      {"-.", {}},
      {".5", {}},
      {"5.", {}},
      {"-.5", {}},
      {"+1", {}},
      {"--1", {}},
      {"1-", {}},
      {"01", {}},
      {"00", {}},
      {"-01.5", {}},
      {"1.2.3", {}},
      {"1,5", {}},
      {"1 000", {}},
      {" 1", {}},
      {"1 ", {}},
      {"1\n", {}},
      {"1e0", {}},
      {"1E2", {}},
      {"0x10", {}},
      {"NaN", {}},
      {"Infinity", {}},
      {"\xD9\xA1", {}},
      {std::string("1\0", 2), {}},
      {std::string("\0", 1), {}},
  };
  for (const Reading& each : cases) {
    EXPECT_EQ(nano_of(Credits::parse(each.text)), each.nano) << '"' << each.text << '"';
  }
}

TEST(Credits, ReadsNumberLiteralsFromTheirDigits) {
  const std::vector<Reading> cases = {
      {"1e0", 1'000'000'000},
      {"1E+2", 100'000'000'000},
      {"125e-1", 12'500'000'000},
      {"1.25e1", 12'500'000'000},
      {"1e-9", 1},
      {"-1e-9", -1},
      {"10e-10", 1},
      {"1.0e-9", 1},
      {"1.000000000000e-9", 1},
      {"1e-10", {}},
      {"0.1e-9", {}},
      {"0.10000000000000000000", 100'000'000},
      {"0.0000000010", 1},
      {"0.1000000001", {}},
      // What doubles print with 17 digits: exact to 9 places or refused, never rounded.
      {"0.10000000000000001", {}},
      {"2.5000000000000000", 2'500'000'000},
      {"1234567.8901234567", {}},
      {"1234567.890123456", 1'234'567'890'123'456},
      {"9007199.254740993", 9'007'199'254'740'993},
      {"9.223372036854775807e9", kMaxNano},
      {"9223372036854775807e-9", kMaxNano},
      {"-9223372036854775808e-9", kMinNano},
      {"9223372036854775808e-9", {}},
      {"-9223372036854775809e-9", {}},
      {"92233720368547758070e-10", kMaxNano},
      {"0.000000000000009223372036854775807e24", kMaxNano},
      {"1e9", 1'000'000'000'000'000'000},
      {"1e10", {}},
      {"9e9", 9'000'000'000'000'000'000},
      {"1e400", {}},
      {"1e-400", {}},
      {"1e99999999999999999999999", {}},
      {"1e-99999999999999999999999", {}},
      {"1e00000000000000000000001", 10'000'000'000},
      {"0e99999999999999999999999", 0},
      {"0.000e-99999999999999999999999", 0},
      {"-0e5", 0},
      {"1e", {}},
      {"1e+", {}},
      {"1e-", {}},
      {"1e1.5", {}},
      {"1e 1", {}},
      {"e1", {}},
      {".5e1", {}},
      {"5.e1", {}},
      {"01e1", {}},
      {"+1e1", {}},
      {"1ee1", {}},
      {"1e1e1", {}},
      {"0x1p3", {}},
      {"\"1\"", {}},
      {"null", {}},
  };
  for (const Reading& each : cases) {
    EXPECT_EQ(nano_of(Credits::parse_number(each.text)), each.nano) << '"' << each.text << '"';
  }
}

// An exponent may be as large as the literal is long, so it must not be cut off at a round figure.
TEST(Credits, ReadsExponentsThatBalanceVeryLongLiterals) {
  const std::string zeros(1'000'000, '0');
  EXPECT_EQ(nano_of(Credits::parse_number("0." + zeros + "1e1000001")), 1'000'000'000);
  EXPECT_EQ(nano_of(Credits::parse_number("1" + zeros + "e-1000000")), 1'000'000'000);
  EXPECT_EQ(nano_of(Credits::parse_number("0." + zeros.substr(0, 100'001) + "1e1000001")),
            std::nullopt);
  EXPECT_EQ(nano_of(Credits::parse_number("1" + zeros.substr(0, 100'001) + "e-1000000")),
            std::nullopt);
}

TEST(Credits, IsReadAtCompileTime) {
  static_assert(Credits::parse("12.5")->nano() == 12'500'000'000);
  static_assert(!Credits::parse("1e3"));
  static_assert(Credits::parse_number("1e3")->nano() == 1'000'000'000'000);
}

TEST(Credits, PrintsTheShortestDecimal) {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {
      {0, "0"},
      {1, "0.000000001"},
      {-1, "-0.000000001"},
      {10, "0.00000001"},
      {150, "0.00000015"},
      {100'000'000, "0.1"},
      {999'999'999, "0.999999999"},
      {1'000'000'000, "1"},
      {-1'000'000'000, "-1"},
      {1'000'000'001, "1.000000001"},
      {12'500'000'000, "12.5"},
      {100'000'000'000, "100"},
      {1'010'000'000, "1.01"},
      {kMaxNano, "9223372036.854775807"},
      {kMinNano, "-9223372036.854775808"},
  };
  for (const auto& [nano, text] : cases) {
    EXPECT_EQ(Credits::from_nano(nano).to_string(), text);
    std::string behind = "credits: ";
    Credits::from_nano(nano).append_to(behind);
    EXPECT_EQ(behind, "credits: " + text);
  }
}

TEST(Credits, RefusesSumsThatDoNotFit) {
  struct Sum {
    std::int64_t a, b;
    std::optional<std::int64_t> plus, minus;
  };
  const std::vector<Sum> cases = {
      {0, 0, 0, 0},
      {2, 3, 5, -1},
      {kMaxNano, 0, kMaxNano, kMaxNano},
      {kMaxNano, 1, {}, kMaxNano - 1},
      {kMaxNano, -1, kMaxNano - 1, {}},
      {kMaxNano, kMaxNano, {}, 0},
      {kMinNano, 0, kMinNano, kMinNano},
      {kMinNano, 1, kMinNano + 1, {}},
      {kMinNano, -1, {}, kMinNano + 1},
      {0, kMinNano, kMinNano, {}},
      {-1, kMinNano, {}, kMaxNano},
  };
  for (const Sum& each : cases) {
    const Credits a = Credits::from_nano(each.a);
    const Credits b = Credits::from_nano(each.b);
    EXPECT_EQ(nano_of(a.plus(b)), each.plus) << each.a << " + " << each.b;
    EXPECT_EQ(nano_of(a.minus(b)), each.minus) << each.a << " - " << each.b;
  }
}

TEST(Credits, ComparesByValue) {
  EXPECT_LT(Credits::from_nano(-1), Credits());
  EXPECT_LT(Credits::from_nano(1), Credits::max());
  EXPECT_EQ(Credits::parse("12.50"), Credits::parse("12.5"));
  EXPECT_TRUE(Credits().is_zero());
  EXPECT_FALSE(Credits().is_positive());
  EXPECT_TRUE(Credits::from_nano(1).is_positive());
  EXPECT_FALSE(Credits::from_nano(-1).is_positive());
}

RC_GTEST_PROP(CreditsProperty, ReadsBackWhatItPrints, (std::int64_t any, bool near_the_ends)) {
  const std::int64_t nano = near_the_ends ? any ^ kMaxNano : any;
  const std::string text = Credits::from_nano(nano).to_string();
  RC_ASSERT(nano_of(Credits::parse(text)) == nano);
  RC_ASSERT(nano_of(Credits::parse_number(text)) == nano);
  RC_ASSERT(credits_reference::read_decimal(text) == nano);
}

// Digits, point and exponent of any length, so that most literals are well-formed and many sit at
// the edge of what is exact or in range.
rc::Gen<std::string> literals() {
  return rc::gen::exec([] {
    const auto digits = [](int most) {
      const auto size = *rc::gen::inRange(0, most);
      return *rc::gen::container<std::string>(static_cast<std::size_t>(size),
                                              rc::gen::element('0', '0', '1', '5', '9'));
    };
    std::string text = *rc::gen::element<std::string>("", "", "", "-", "+");
    text += digits(22);
    text += *rc::gen::element<std::string>("", ".");
    text += digits(14);
    text += *rc::gen::element<std::string>("", "", "e", "E", "e-", "e+");
    text += digits(3);
    return text;
  });
}

RC_GTEST_PROP(CreditsProperty, AgreesWithASecondReading, ()) {
  const std::string text = *literals();
  RC_ASSERT(nano_of(Credits::parse(text)) == credits_reference::read_decimal(text));
  RC_ASSERT(nano_of(Credits::parse_number(text)) == credits_reference::read_number(text));
}

RC_GTEST_PROP(CreditsProperty, AgreesWithASecondReadingOfMalformedText, ()) {
  const std::string text =
      *rc::gen::container<std::string>(rc::gen::element('0', '1', '9', '.', '-', '+', 'e', ' '));
  RC_ASSERT(nano_of(Credits::parse(text)) == credits_reference::read_decimal(text));
  RC_ASSERT(nano_of(Credits::parse_number(text)) == credits_reference::read_number(text));
}

RC_GTEST_PROP(CreditsProperty, AddsLikeWiderIntegers, (std::int64_t a, std::int64_t b)) {
  const auto narrowed = [](__int128 wide) -> std::optional<std::int64_t> {
    if (wide < kMinNano || wide > kMaxNano) return {};
    return static_cast<std::int64_t>(wide);
  };
  const __int128 wide_a = a;
  RC_ASSERT(nano_of(Credits::from_nano(a).plus(Credits::from_nano(b))) == narrowed(wide_a + b));
  RC_ASSERT(nano_of(Credits::from_nano(a).minus(Credits::from_nano(b))) == narrowed(wide_a - b));
}

}  // namespace farthing::credits_test
