// SPDX-License-Identifier: Apache-2.0
#include "cli/output/escape.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::cli::escape_test {

struct Case {
  std::string text;
  const char* printable;
};

class Printable : public testing::TestWithParam<Case> {};

TEST_P(Printable, ShowsEveryByteHarmlessly) {
  EXPECT_EQ(printable(GetParam().text), GetParam().printable);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Printable,
    testing::Values(Case{"", ""}, Case{"Ada 東京 🙂", "Ada 東京 🙂"},
                    Case{"a\tb\nc\r", R"(a\tb\nc\r)"}, Case{R"(back\slash)", R"(back\\slash)"},
                    Case{std::string("\0\x1b[31m\x7f", 7), R"(\u0000\u001b[31m\u007f)"},
                    Case{"\xc2\x9b", R"(\u009b)"},              // the one-character CSI
                    Case{"\xe2\x80\xae", R"(\u202e)"},          // right-to-left override
                    Case{"\xe2\x80\xa8", R"(\u2028)"},          // line separator
                    Case{"\xff\xc3(", R"(\xff\xc3()"},          // not UTF-8
                    Case{"\xc0\xaf", R"(\xc0\xaf)"},            // overlong
                    Case{"\xed\xa0\x80", R"(\xed\xa0\x80)"},    // a surrogate
                    Case{"\xf0\x9f\x99", R"(\xf0\x9f\x99)"}));  // cut off

TEST(PrintableJson, EscapesWithinStringsOnly) {
  EXPECT_EQ(printable_json("{\"a\": \"x\xc2\x9by\xe2\x80\xae\"}\n"),
            "{\"a\": \"x\\u009by\\u202e\"}\n");
  EXPECT_EQ(printable_json(R"({"a":"\u001b\\"})"), R"({"a":"\u001b\\"})");
}

TEST(JsonString, QuotesWhatJsonCannotHold) {
  EXPECT_EQ(json_string("a\"b\\c\n"), R"("a\"b\\c\u000a")");
}

TEST(DisplayWidth, CountsCharactersAndNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("Zürich"), 6U);
}

}  // namespace farthing::cli::escape_test
