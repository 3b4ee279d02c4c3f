// SPDX-License-Identifier: Apache-2.0
#include "server/service/fingerprint.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/digest.hpp"

namespace farthing::service::fingerprint_test {

TEST(Fingerprint, OfEqualValuesIsEqual) {
  const auto one = FingerprintBuilder("charge").add("amount", *Credits::parse("1.50")).finish();
  const auto other = FingerprintBuilder("charge").add("amount", *Credits::parse("1.5")).finish();
  EXPECT_EQ(one, other);
}

TEST(Fingerprint, TellsKindsNamesAndValuesApart) {
  using Text = std::string_view;
  const std::set<ledger::Fingerprint> different = {
      FingerprintBuilder("charge").finish(),
      FingerprintBuilder("grant").finish(),
      FingerprintBuilder("charge").add("a", Text("b")).finish(),
      FingerprintBuilder("charge").add("a", Text("c")).finish(),
      FingerprintBuilder("charge").add("b", Text("b")).finish(),
      FingerprintBuilder("charge").add("ab", Text("")).finish(),
      FingerprintBuilder("charge").add("", Text("ab")).finish(),
      FingerprintBuilder("charge").add("a", std::int64_t{1}).finish(),
      FingerprintBuilder("charge").add("a", std::int64_t{2}).finish(),
      FingerprintBuilder("chargea").add("", Text("b")).finish(),
  };
  EXPECT_EQ(different.size(), 10U);
}

TEST(Fingerprint, OfAValueThatIsNotThereIsThatOfNone) {
  EXPECT_EQ(FingerprintBuilder("grant").add("expires_at", std::optional<Instant>()).finish(),
            FingerprintBuilder("grant").finish());
  EXPECT_NE(FingerprintBuilder("grant").add("expires_at", std::optional(Instant())).finish(),
            FingerprintBuilder("grant").finish());
}

// Stored beside idempotency keys: it must never change.
TEST(Fingerprint, IsTheFirstHalfOfTheDigestOfItsParts) {
  const auto fingerprint =
      FingerprintBuilder("charge").add("amount", Credits::from_nano(258)).finish();
  const std::string bytes(
      "\x06"
      "charge"
      "\x06"
      "amount"
      "\0\0\0\0\0\0\x01\x02",
      22);
  const Digest digest = sha256(bytes);
  EXPECT_TRUE(std::equal(fingerprint.begin(), fingerprint.end(), digest.begin()));
}

}  // namespace farthing::service::fingerprint_test
