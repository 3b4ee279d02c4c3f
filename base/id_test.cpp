// SPDX-License-Identifier: Apache-2.0
#include "base/id.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace farthing::id_test {

using namespace std::string_literals;

const std::string kZeros(26, '0');

Instant at_ms(std::int64_t ms) { return Instant::from_us(ms * 1000); }

std::string text_of(const Id128& id) {
  std::string text;
  id.append_to(text);
  return text;
}

struct TextCase {
  std::string bytes;
  std::string text;
};

TEST(Id128, IsWrittenInCrockfordBase32) {
  const std::vector<TextCase> cases = {
      {std::string(16, '\0'), "00000000000000000000000000"},
      {std::string(15, '\0') + "\x01", "00000000000000000000000001"},
      {std::string(15, '\0') + "\x1f", "0000000000000000000000000z"},
      {std::string(15, '\0') + "\x20", "00000000000000000000000010"},
      {"\x80" + std::string(15, '\0'), "40000000000000000000000000"},
      {std::string(16, '\xff'), "7zzzzzzzzzzzzzzzzzzzzzzzzz"},
      {"\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10"s,
       "014d2pf2dbsqqzxq5tk1v58cgg"},
  };
  for (const TextCase& each : cases) {
    const Id128 id = Id128::from_bytes(each.bytes);
    EXPECT_EQ(text_of(id), each.text);
    EXPECT_EQ(Id128::parse(each.text), id) << each.text;
    EXPECT_EQ(id.as_bytes(), each.bytes);
  }
}

TEST(Id128, RefusesEverythingElse) {
  const std::vector<std::string> cases = {
      "",
      "0",
      std::string(25, '0'),
      std::string(27, '0'),
      "8" + std::string(25, '0'),  // 131 bits
      "z" + std::string(25, '0'),
      std::string(25, '0') + "i",  // Crockford's look-alikes have no second spelling here
      std::string(25, '0') + "l",
      std::string(25, '0') + "o",
      std::string(25, '0') + "u",
      std::string(25, '0') + "A",
      std::string(25, '0') + "-",
      std::string(25, '0') + " ",
      std::string(25, '0') + "\xff",
      std::string(25, '0') + "\0"s,
      "/" + std::string(25, '0'),
      "\xe9" + std::string(25, '0'),
  };
  for (const std::string& text : cases) {
    EXPECT_EQ(Id128::parse(text), std::nullopt) << '"' << text << '"';
  }
}

RC_GTEST_PROP(Id128Property, ReadsBackWhatItWritesAndSortsAlike, ()) {
  const auto any_id = rc::gen::map(rc::gen::container<std::string>(16, rc::gen::arbitrary<char>()),
                                   &Id128::from_bytes);
  const Id128 a = *any_id;
  const Id128 b = *any_id;
  RC_ASSERT(Id128::parse(text_of(a)) == a);
  RC_ASSERT((a < b) == (text_of(a) < text_of(b)));
  RC_ASSERT((a == b) == (text_of(a) == text_of(b)));
}

TEST(Id128, BeginsWithItsTime) {
  const Instant now = *Instant::parse("2026-11-22T16:37:42.123456Z");
  const std::string bytes(Id128::make(now).as_bytes());
  std::int64_t ms = 0;
  for (const char c : bytes.substr(0, 6)) ms = ms << 8 | static_cast<unsigned char>(c);
  EXPECT_EQ(ms, now.us() / 1000);
  EXPECT_EQ(text_of(Id128::make(Instant::max())).size(), 26U);
}

TEST(Id128, SortsByTheTimeItWasMade) {
  const std::vector<std::int64_t> times_ms = {0, 1, 2, 255, 256, 65'536, 1'795'365'462'123};
  std::string last;
  for (const std::int64_t ms : times_ms) {
    const std::string text = text_of(Id128::make(at_ms(ms)));
    EXPECT_LT(last, text) << ms;
    last = text;
  }
}

TEST(Id128, SortsByOrderWithinAMillisecond) {
  const Instant now = *Instant::parse("2026-11-22T16:37:42.123Z");
  Id128 last = Id128::make(now);
  for (int i = 0; i < 10'000; ++i) {
    // The microsecond moves and goes back; the millisecond stays.
    const Id128 next = Id128::make(now.plus(std::chrono::microseconds(i % 1000)));
    ASSERT_LT(last, next) << i;
    last = next;
  }
}

TEST(Id128, SortsByOrderWithinAMillisecondAcrossThreads) {
  const Instant now = *Instant::parse("2026-11-22T16:37:42.123Z");
  Id128 last = Id128::make(now);
  for (int i = 0; i < 100; ++i) {
    Id128 next;
    std::thread([&next, now] { next = Id128::make(now); }).join();
    ASSERT_LT(last, next) << i;
    last = next;
  }
}

TEST(Id128, DiffersBetweenThreadsAndTimes) {
  const Instant now = *Instant::parse("2026-11-22T16:37:42.123Z");
  std::vector<std::vector<Id128>> made(4);
  std::vector<std::thread> threads;
  threads.reserve(made.size());
  for (auto& ids : made) {
    threads.emplace_back([&ids, now] {
      for (int i = 0; i < 1000; ++i) {
        ids.push_back(Id128::make(now.plus(std::chrono::milliseconds(i % 3))));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<Id128> different;
  for (const auto& ids : made) different.insert(ids.begin(), ids.end());
  EXPECT_EQ(different.size(), 4000U);
}

TEST(Id128, HashesIdsOfOneMillisecondApart) {
  const Instant now = *Instant::parse("2026-11-22T16:37:42.123Z");
  std::set<std::size_t> hashes;
  for (int i = 0; i < 1000; ++i) hashes.insert(Id128Hash()(Id128::make(now)));
  EXPECT_EQ(hashes.size(), 1000U);
}

TEST(TypedId, CarriesThePrefixOfItsKind) {
  EXPECT_EQ(UserId().to_string(), "user-" + kZeros);
  EXPECT_EQ(OrganizationId().to_string(), "org-" + kZeros);
  EXPECT_EQ(ApiKeyId().to_string(), "key-" + kZeros);
  EXPECT_EQ(GrantId().to_string(), "grant-" + kZeros + kZeros);
  EXPECT_EQ(ChargeId().to_string(), "charge-" + kZeros + kZeros);
}

template <class Id>
class EveryId : public testing::Test {};
struct EveryIdNames {
  template <class Id>
  // NOLINTNEXTLINE(readability-identifier-naming): the name that GoogleTest looks for
  static std::string GetName(int index) {
    const std::string text = Id().to_string();
    return text.substr(0, text.find('-')) + std::to_string(index);
  }
};
using Ids = testing::Types<UserId, OrganizationId, ApiKeyId, GrantId, ChargeId>;
TYPED_TEST_SUITE(EveryId, Ids, EveryIdNames);

template <class Id>
Id make_id(Instant now) {
  if constexpr (requires { Id::make(now); }) {
    return Id::make(now);
  } else {
    return Id{OrganizationId::make(now), Id128::make(now)};
  }
}

TYPED_TEST(EveryId, ReadsBackWhatItWrites) {
  const auto id = make_id<TypeParam>(*Instant::parse("2026-11-22T16:37:42Z"));
  EXPECT_EQ(TypeParam::parse(id.to_string()), id);
}

TYPED_TEST(EveryId, RefusesEverythingElse) {
  const std::string good = make_id<TypeParam>(*Instant::parse("2026-11-22T16:37:42Z")).to_string();
  const std::string prefix = good.substr(0, good.find('-') + 1);
  const std::string digits = good.substr(prefix.size());
  const std::vector<std::string> cases = {
      "",
      prefix,
      digits,
      good + "0",
      good.substr(0, good.size() - 1),
      good.substr(1),
      " " + good,
      good + "\n",
      prefix + prefix + digits,
      prefix + "8" + digits.substr(1),
      prefix + digits.substr(0, digits.size() - 1) + "u",
      "hold-" + digits,
      static_cast<char>(prefix.front() - 'a' + 'A') + good.substr(1),
      prefix + std::string(digits.size(), 'Z'),
  };
  for (const std::string& text : cases) {
    EXPECT_EQ(TypeParam::parse(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(TypedId, IsNotReadAsAnotherKind) {
  EXPECT_EQ(OrganizationId::parse(UserId().to_string()), std::nullopt);
  EXPECT_EQ(ChargeId::parse(GrantId().to_string()), std::nullopt);
  static_assert(!std::is_convertible_v<UserId, OrganizationId>);
  static_assert(!std::is_convertible_v<GrantId, ChargeId>);
}

TEST(OwnedId, LeadsToItsOrganization) {
  const Instant now = *Instant::parse("2026-11-22T16:37:42Z");
  const OrganizationId organization = OrganizationId::make(now);
  const auto read = ChargeId::parse(ChargeId{organization, Id128::make(now)}.to_string());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->organization, organization);
}

TEST(OwnedId, RefusesABrokenOrganization) {
  EXPECT_EQ(GrantId::parse("grant-8" + kZeros.substr(1) + kZeros), std::nullopt);
  EXPECT_EQ(GrantId::parse("grant-" + kZeros + "8" + kZeros.substr(1)), std::nullopt);
}

}  // namespace farthing::id_test
