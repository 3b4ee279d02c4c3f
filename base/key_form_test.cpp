// SPDX-License-Identifier: Apache-2.0
#include "base/key_form.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::key_form_test {

constexpr std::size_t kNone = std::string_view::npos;

TEST(KeyPrefix, IsTheUsualOneUnlessItIsChosen) { EXPECT_EQ(KeyPrefix().text(), "sk-"); }

TEST(KeyPrefix, TakesTwoToEightCharactersThatEndInASeparator) {
  for (const char* text : {"a-", "a_", "sk-", "sk_", "acme_", "sk_live_", "a1-b2_c-", "abcdefg-",
                           "a--", "a_-", "z9_"}) {
    const auto prefix = KeyPrefix::parse(text);
    ASSERT_TRUE(prefix) << text;
    EXPECT_EQ(prefix->text(), text);
  }
}

TEST(KeyPrefix, RefusesEverythingElse) {
  const std::string cases[] = {
      "",      "-",      "_",      "a",    "sk",   "abcdefgh-", "-a-",  "_a-",
      "1a-",   "--",     "SK-",    "sK-",  "s k-", " sk-",      "sk- ", "sk-\n",
      "s.k-",  "s:k-",   "s/k-",   "s%k-", "sk=",  "\xc3\xa4-", "sk-1", std::string("s\0-", 3),
      "sk\"-", "s\xff-", "sk\x7f-"};
  for (const std::string& text : cases) EXPECT_FALSE(KeyPrefix::parse(text)) << text;
}

struct Place {
  std::string text;
  std::size_t at;
};

TEST(FindBehindKeyPrefix, FindsKeysOfEveryPrefix) {
  const std::string random = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";
  ASSERT_EQ(random.size(), kKeySizeBehindPrefix);
  for (const char* prefix : {"a-", "a_", "sk-", "acme_", "sk_live_", "abcdefg-", "a1-b2_c-"}) {
    const std::size_t size = std::string_view(prefix).size();
    EXPECT_EQ(find_behind_key_prefix(prefix + random), size) << prefix;
    EXPECT_EQ(find_behind_key_prefix("/task-1/" + (prefix + random) + "/x"), 8 + size) << prefix;
    EXPECT_EQ(find_behind_key_prefix("key=" + (prefix + random) + "."), 4 + size) << prefix;
  }
}

TEST(FindBehindKeyPrefix, FindsPartsOfKeysAndKeysWithoutCapitals) {
  const Place cases[] = {
      {"acme_" + std::string(48, 'x'), 5},       {"acme_" + std::string(48, '7') + "!", 5},
      {"acme_" + std::string(19, 'x') + "A", 5}, {"acme_" + std::string(60, 'x') + "A", 5},
      {"a-b-c_A" + std::string(19, '0'), 6},
  };
  for (const Place& c : cases) EXPECT_EQ(find_behind_key_prefix(c.text), c.at) << c.text;
}

TEST(FindBehindKeyPrefix, LeavesIdsAndWordsAlone) {
  const std::string cases[] = {
      "",
      "-",
      "sk-",
      "acme_Ab0123456789abcdefg",
      "org-01kapmjd8j9z3m5b7d1f2g4h6k",
      "/v1/charges/charge-01m82w6r1v7yvmcpj2mxcbbmxk01m82w6snp0000000000000004/refunds",
      "6F0C1D1E-8A52-4B37-9F5E-2F1D3C4B5A69",
      "job-" + std::string(64, 'f'),
      "YOUR_ORGANIZATION_ID",
      std::string(48, 'A'),
  };
  for (const std::string& text : cases) EXPECT_EQ(find_behind_key_prefix(text), kNone) << text;
}

}  // namespace farthing::key_form_test
