// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/redaction.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::sdk::redaction_test {

const std::string kKey = "sk-ABCDEFGHIJKLMNOPQRSTUVWXYZ";

TEST(Redact, CutsOutTheKeyAndItsParts) {
  EXPECT_EQ(redact("wrong key: " + kKey + ".", kKey), "wrong key: [redacted].");
  EXPECT_EQ(redact("sk-ABCDE***STUVWXYZ", kKey), "[redacted]***[redacted]");
  EXPECT_EQ(redact(kKey + kKey, kKey), "[redacted][redacted]");
  EXPECT_EQ(redact("GHIJKLMN", kKey), "[redacted]");
}

TEST(Redact, LeavesShortCoincidencesAlone) {
  EXPECT_EQ(redact("sk-ABCD", kKey), "sk-ABCD");
  EXPECT_EQ(redact("", kKey), "");
  EXPECT_EQ(redact("a token", "a"), "a token");
  EXPECT_EQ(redact("anything", ""), "anything");
  EXPECT_EQ(redact("the test key", "test"), "the [redacted] key");
}

TEST(RedactWhole, LeavesPartsAlone) {
  EXPECT_EQ(redact_whole("x" + kKey + "y" + kKey, kKey), "x[redacted]y[redacted]");
  EXPECT_EQ(redact_whole("sk-ABCDEFGHIJ", kKey), "sk-ABCDEFGHIJ");
}

}  // namespace farthing::sdk::redaction_test
