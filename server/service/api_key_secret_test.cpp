// SPDX-License-Identifier: Apache-2.0
#include "server/service/api_key_secret.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "server/service/crc32.hpp"

namespace farthing::service::api_key_secret_test {

std::string with_character_at(std::string text, std::size_t at, char c) {
  text[at] = c;
  return text;
}

// With a check that is right for it.
std::string key_of(std::string_view prefix, std::string_view random_part) {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string key = std::string(prefix).append(random_part);
  std::string check(6, '0');
  std::size_t rest = crc32(key);
  for (std::size_t i = check.size(); i-- > 0; rest /= 62) check[i] = kDigits[rest % 62];
  return key + check;
}

TEST(ApiKeySecret, HasTheFormItPromises) {
  const Secret secret = make_api_key_secret({});
  EXPECT_EQ(secret.reveal().size(), 51U);
  EXPECT_TRUE(secret.reveal().starts_with("sk-"));
  EXPECT_TRUE(is_api_key_secret(secret.reveal()));
}

struct OfPrefix {
  const char* prefix;
  const char* stored;  // made by an independent reading of the form
};

class KeysOfPrefixes : public testing::TestWithParam<OfPrefix> {};

TEST_P(KeysOfPrefixes, HaveTheFormAndAreValidEverywhere) {
  const auto prefix = KeyPrefix::parse(GetParam().prefix);
  ASSERT_TRUE(prefix);
  const Secret secret = make_api_key_secret(*prefix);
  const std::string key(secret.reveal());
  EXPECT_EQ(key.size(), prefix->text().size() + kKeySizeBehindPrefix);
  EXPECT_TRUE(key.starts_with(prefix->text()));
  EXPECT_TRUE(is_api_key_secret(key));
  EXPECT_TRUE(may_be_secret(key));
  EXPECT_EQ(find_behind_key_prefix(key), prefix->text().size());
  const std::string random = key.substr(prefix->text().size());
  EXPECT_EQ(hint_of(secret),
            prefix->text() + random.substr(0, 4) + "..." + random.substr(random.size() - 4));
  EXPECT_TRUE(is_api_key_secret(GetParam().stored)) << GetParam().stored;
}

TEST_P(KeysOfPrefixes, AreRefusedWhenMangled) {
  const std::string prefix = GetParam().prefix;
  const std::string key(make_api_key_secret(*KeyPrefix::parse(prefix)).reveal());
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string wrong = with_character_at(key, i, key[i] == 'a' ? 'b' : 'a');
    EXPECT_FALSE(is_api_key_secret(wrong)) << wrong << " at " << i;
  }
  // The check is over the prefix too.
  const std::string random = key.substr(prefix.size());
  for (const std::string other : {"sk-", "a-", "a_", "acme_", "sk_live_", "abcdefg-"}) {
    EXPECT_EQ(is_api_key_secret(other + random), other == prefix) << other + random;
  }
  EXPECT_FALSE(is_api_key_secret(random));
  EXPECT_FALSE(is_api_key_secret(key + "0"));
  EXPECT_FALSE(is_api_key_secret(key.substr(0, key.size() - 1)));
}

INSTANTIATE_TEST_SUITE_P(
    ApiKeySecret, KeysOfPrefixes,
    testing::Values(
        OfPrefix{"a-", "a-0000000000000000000000000000000000000000002njjCk"},
        OfPrefix{"a_", "a_0000000000000000000000000000000000000000004X5G0S"},
        OfPrefix{"sk-", "sk-0000000000000000000000000000000000000000002dyiI4"},
        OfPrefix{"acme_", "acme_0000000000000000000000000000000000000000000H7Dzx"},
        OfPrefix{"sk_live_", "sk_live_00000000000000000000000000000000000000000032jwl3"},
        OfPrefix{"abcdefg-", "abcdefg-0000000000000000000000000000000000000000002evxGy"},
        OfPrefix{"a1-b2_c-", "a1-b2_c-0000000000000000000000000000000000000000002Bi91z"},
        OfPrefix{"z--", "z--0000000000000000000000000000000000000000001dOLer"}));

TEST(ApiKeySecret, RefusesWhatIsNoPrefixWhateverTheCheck) {
  for (const char* prefix : {"", "-", "_", "sk", "SK-", "1a-", "abcdefgh-", "s.k-"}) {
    EXPECT_FALSE(is_api_key_secret(key_of(prefix, std::string(42, 'x')))) << prefix;
  }
}

TEST(ApiKeySecret, IsNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.emplace(make_api_key_secret({}).reveal());
  EXPECT_EQ(seen.size(), 1000U);
}

// 84 000 characters of 62 kinds: each is expected 1 355 times, with a deviation of 37.
TEST(ApiKeySecret, UsesEveryCharacterEquallyOften) {
  std::map<char, int> counts;
  for (int i = 0; i < 2000; ++i) {
    const Secret secret = make_api_key_secret({});
    for (const char c : secret.reveal().substr(3, 42)) ++counts[c];
  }
  EXPECT_EQ(counts.size(), 62U);
  for (const auto& [c, count] : counts) {
    EXPECT_GT(count, 1355 - 8 * 37) << c;
    EXPECT_LT(count, 1355 + 8 * 37) << c;
  }
}

TEST(MayBeSecret, IsAllThatMayBeAKeyOrAPartOfOne) {
  for (int i = 0; i < 100; ++i) {
    const std::string key(make_api_key_secret({}).reveal());
    for (const std::string& part : {key, key.substr(0, 4), key.substr(8, 20), "x " + key}) {
      EXPECT_TRUE(may_be_secret(part)) << part;
    }
  }
  for (const char* foreign : {"6f0c1d1e-8a52-4b37-9f5e-2f1d3c4b5a69", "ghp_0123456789abcdefgh",
                              "0123 4567 89ab cdef 0123"}) {
    EXPECT_TRUE(may_be_secret(foreign)) << foreign;
  }
  for (const char* word : {"", "undefined", "None", "[object Object]", "org-123456",
                           "YOUR_ORGANIZATION_ID", "task", "0123456789abcdefghi"}) {
    EXPECT_FALSE(may_be_secret(word)) << word;
  }
}

// Stored and printed keys must be understood for ever: this one was made by the first version.
TEST(ApiKeySecret, UnderstandsAKeyWhoseCheckWasWorkedOutElsewhere) {
  EXPECT_TRUE(is_api_key_secret("sk-0000000000000000000000000000000000000000002dyiI4"));
}

TEST(ApiKeySecret, RefusesWhatIsMistyped) {
  const std::string good(make_api_key_secret({}).reveal());
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_FALSE(is_api_key_secret(with_character_at(good, i, good[i] == 'a' ? 'b' : 'a'))) << i;
  }
}

TEST(ApiKeySecret, RefusesOtherCharactersWhateverTheCheck) {
  for (int code = 0; code < 256; ++code) {
    const char c = static_cast<char>(code);
    const bool is_right =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    for (const std::size_t at : {0U, 15U, 16U, 41U}) {
      const std::string key = key_of("sk-", with_character_at(std::string(42, 'x'), at, c));
      EXPECT_EQ(is_api_key_secret(key), is_right) << code << " at " << at;
    }
  }
}

TEST(ApiKeySecret, RefusesOtherCharactersInTheCheck) {
  int found = 0;
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string key = key_of("sk-", std::string(42, c));
    ASSERT_TRUE(is_api_key_secret(key));
    if (key[45] != '0') continue;
    ++found;
    for (const char other : {'-', '!', '\0', '@', '[', '`', '{', '\xb0'}) {
      EXPECT_FALSE(is_api_key_secret(with_character_at(key, 45, other))) << key << ' ' << other;
    }
  }
  EXPECT_GT(found, 0);
}

TEST(ApiKeySecret, RefusesEveryOtherForm) {
  const std::string good(make_api_key_secret({}).reveal());
  const std::string cases[] = {
      "",
      "sk-",
      "sk-123456",
      good.substr(0, 50),
      good + "0",
      " " + good.substr(0, 50),
      "SK-" + good.substr(3),
      "pk-" + good.substr(3),
      with_character_at(good, 10, '-'),
      with_character_at(good, 10, '\0'),
      with_character_at(good, 10, '\xff'),
      with_character_at(good, 50, '/'),
      std::string(51, 's'),
      std::string(4096, 'a'),
  };
  for (const std::string& text : cases) EXPECT_FALSE(is_api_key_secret(text)) << text;
}

TEST(ApiKeySecret, HintShowsSevenAndFourCharacters) {
  const Secret secret = make_api_key_secret({});
  const std::string_view text = secret.reveal();
  EXPECT_EQ(hint_of(secret), std::string(text.substr(0, 7)) + "..." + std::string(text.substr(47)));
}

}  // namespace farthing::service::api_key_secret_test
