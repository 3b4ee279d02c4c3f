// SPDX-License-Identifier: Apache-2.0
#include "server/http/query.hpp"

#include <gtest/gtest.h>

namespace farthing::http::query_test {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(QueryParameters, AreDecodedInOrder) {
  struct Case {
    std::string_view query;
    Pairs expected;
  };
  for (const Case& c : {
           Case{"", {}},
           Case{"limit=10", {{"limit", "10"}}},
           Case{"limit=10&cursor=a%3Db", {{"limit", "10"}, {"cursor", "a=b"}}},
           Case{"b=1&a=2", {{"b", "1"}, {"a", "2"}}},
           Case{"name=two+words", {{"name", "two words"}}},
           Case{"a=1=2", {{"a", "1=2"}}},
           Case{"flag", {{"flag", ""}}},
           Case{"flag=", {{"flag", ""}}},
           Case{"&a=1&&b=2&", {{"a", "1"}, {"b", "2"}}},
           Case{"%61=%31", {{"a", "1"}}},
           Case{"a=%26", {{"a", "&"}}},
       }) {
    const auto parsed = QueryParameters::parse(c.query);
    ASSERT_TRUE(parsed) << c.query;
    EXPECT_EQ(parsed->all(), c.expected) << c.query;
  }
}

TEST(QueryParameters, AreFoundByName) {
  const auto parsed = QueryParameters::parse("limit=10&empty=");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->find("limit"), "10");
  EXPECT_EQ(parsed->find("empty"), "");
  EXPECT_EQ(parsed->find("Limit"), std::nullopt);
}

TEST(QueryParameters, RefuseWhatIsMalformed) {
  using Kind = QueryError::Kind;
  struct Case {
    std::string_view query;
    Kind kind;
    std::string_view name;
  };
  for (const Case& c : {
           Case{"a=%", Kind::bad_escape, ""},
           Case{"a=%zz", Kind::bad_escape, ""},
           Case{"%4=1", Kind::bad_escape, ""},
           Case{"a=%00", Kind::bad_escape, ""},
           Case{"=1", Kind::no_name, ""},
           Case{"a=1&=", Kind::no_name, ""},
           Case{"a=1&a=1", Kind::repeated, "a"},
           Case{"a=1&b=2&%61=3", Kind::repeated, "a"},
       }) {
    const auto parsed = QueryParameters::parse(c.query);
    ASSERT_FALSE(parsed) << c.query;
    EXPECT_EQ(parsed.error().kind, c.kind) << c.query;
    EXPECT_EQ(parsed.error().name, c.name) << c.query;
  }
}

}  // namespace farthing::http::query_test
