// SPDX-License-Identifier: Apache-2.0
#include "server/api/body_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace farthing::api::body_reader_test {

std::string said_about(std::string_view text) {
  const auto document = read_json(text);
  return document ? "nothing" : sentence_about(document.error());
}

TEST(SentenceAboutJson, SaysWhatAndWhere) {
  for (const std::string_view text :
       {"", "{", "[1,]", "01", "NaN", "\"\\x\"", "\"\xff\"", "{}{}"}) {
    EXPECT_TRUE(said_about(text).starts_with("It cannot be read as JSON (RFC 8259): ")) << text;
  }
  EXPECT_EQ(said_about("[1,]"),
            "It cannot be read as JSON (RFC 8259): unexpected character at byte 3.");
}

TEST(SentenceAboutJson, NamesTheMemberThatOccursTwice) {
  EXPECT_EQ(said_about(R"({"a":1,"b":2,"a":1})"), "The member \"a\" occurs twice in one object.");
  EXPECT_EQ(said_about(R"([{"x":{"a":1,"\u0061":2}}])"),
            "The member \"a\" occurs twice in one object.");
  const std::string name(256, 'n');
  EXPECT_EQ(said_about("{\"" + name + "\":1,\"" + name + "\":2}"),
            "A member with a long name occurs twice in one object.");
}

}  // namespace farthing::api::body_reader_test
