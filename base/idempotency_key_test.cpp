// SPDX-License-Identifier: Apache-2.0
#include "base/idempotency_key.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

namespace farthing::idempotency_key_test {

// Every byte alone, at each end and in the middle, and the lengths around the bound.
std::vector<std::string> candidates() {
  std::vector<std::string> texts = {"",
                                    std::string(254, 'k'),
                                    std::string(255, 'k'),
                                    std::string(256, 'k'),
                                    "k" + std::string(253, ' ') + "k",
                                    "k" + std::string(254, ' ') + "k"};
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    for (const std::string& each : {text, text + "k", "k" + text, "k" + text + "k"}) {
      texts.push_back(each);
    }
  }
  return texts;
}

TEST(IdempotencyKey, HasTheFormThatTheApiDescribes) {
  const std::regex fresh("[!-~]([ -~]{0,253}[!-~])?");
  const std::regex stored("[ -~]{1,255}");
  for (const std::string& text : candidates()) {
    EXPECT_EQ(is_idempotency_key(text), std::regex_match(text, fresh)) << text;
    EXPECT_EQ(may_be_stored_idempotency_key(text), std::regex_match(text, stored)) << text;
  }
}

TEST(IdempotencyKey, HasNoBlankAtAnEnd) {
  for (const char* text : {" ", " k", "k ", "  k  "}) {
    EXPECT_FALSE(is_idempotency_key(text)) << text;
    EXPECT_TRUE(may_be_stored_idempotency_key(text)) << text;
  }
  EXPECT_TRUE(is_idempotency_key("a k"));
}

}  // namespace farthing::idempotency_key_test
