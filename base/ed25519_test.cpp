// SPDX-License-Identifier: Apache-2.0
#include "base/ed25519.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"

namespace farthing::ed25519_test {

// RFC 8032, section 7.1, test 3.
constexpr const char* kSecret = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
constexpr const char* kSignature =
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";

TEST(Ed25519, SignsAsTheStandardSays) {
  const auto key = SigningKey::parse(Secret(kSecret));
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->sign("\xaf\x82")), kSignature);
  EXPECT_EQ(key->secret().reveal(), kSecret);
  EXPECT_TRUE(key->verification_key().verifies(key->sign("\xaf\x82"), "\xaf\x82"));
}

TEST(Ed25519, VerifiesNothingElse) {
  const SigningKey key = SigningKey::make();
  const std::string signature = key.sign("message");
  EXPECT_TRUE(key.verification_key().verifies(signature, "message"));
  EXPECT_FALSE(key.verification_key().verifies(signature, "massage"));
  EXPECT_FALSE(key.verification_key().verifies(signature.substr(1), "message"));
  EXPECT_FALSE(key.verification_key().verifies("", "message"));
  EXPECT_FALSE(SigningKey::make().verification_key().verifies(signature, "message"));
}

TEST(Ed25519, ReadsBackTheKeysThatItWrites) {
  const SigningKey key = SigningKey::make();
  const std::string pem = key.verification_key().to_pem();
  EXPECT_TRUE(pem.starts_with("-----BEGIN PUBLIC KEY-----\n")) << pem;
  const auto read = VerificationKey::parse_pem(pem);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bytes, key.verification_key().bytes);
  EXPECT_EQ(read->fingerprint().size(), 64U);
  EXPECT_FALSE(VerificationKey::parse_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n"));
  EXPECT_FALSE(VerificationKey::parse_pem(""));
  const auto again = SigningKey::parse(key.secret());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->sign("x"), key.sign("x"));
  EXPECT_FALSE(SigningKey::parse(Secret("c5aa")));
  EXPECT_FALSE(SigningKey::parse(Secret(std::string(64, 'x'))));
}

}  // namespace farthing::ed25519_test
