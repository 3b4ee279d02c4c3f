// SPDX-License-Identifier: Apache-2.0
#include "server/http/percent.hpp"

#include <gtest/gtest.h>

namespace farthing::http::percent_test {

struct Case {
  std::string_view text;
  std::string_view decoded;
};

TEST(PercentDecode, TakesEscapesApart) {
  for (const Case& c :
       {Case{"", ""}, Case{"plain", "plain"}, Case{"%41%7a", "Az"}, Case{"a%2Fb", "a/b"},
        Case{"%2f", "/"}, Case{"%25", "%"}, Case{"a+b", "a+b"}, Case{"%C3%A9", "\xC3\xA9"}}) {
    std::string out = ">";
    EXPECT_TRUE(percent_decode(c.text, out)) << c.text;
    EXPECT_EQ(out, ">" + std::string(c.decoded)) << c.text;
  }
}

TEST(PercentDecode, RefusesWhatIsNoEscape) {
  for (const std::string_view text : {"%", "%4", "a%", "%4g", "%g4", "%%41", "%-1", "%00", "% 1"}) {
    std::string out;
    EXPECT_FALSE(percent_decode(text, out)) << text;
    out.clear();
    EXPECT_FALSE(form_decode(text, out)) << text;
  }
}

TEST(FormDecode, ReadsPlusAsBlank) {
  std::string out;
  EXPECT_TRUE(form_decode("a+b%2Bc", out));
  EXPECT_EQ(out, "a b+c");
}

}  // namespace farthing::http::percent_test
