// SPDX-License-Identifier: Apache-2.0
#include "server/api/page.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::api::page_test {

std::string render(const Page<Id128>& page) {
  return render_page(
      "ids", "some list", page,
      [](JsonWriter& writer, const Id128& id) { writer.string(std::to_string(id.bytes[15])); },
      [](const Id128& id) { return id; });
}

Id128 id(std::uint8_t number) {
  Id128 id;
  id.bytes[15] = number;
  return id;
}

TEST(RenderPage, SaysWhereTheListGoesOn) {
  EXPECT_EQ(render({.records = {id(1), id(2)}}), R"({"ids":["1","2"],"next":null})");
  EXPECT_EQ(render({.records = {id(1), id(2)}, .has_more = true}),
            R"({"ids":["1","2"],"next":")" + make_cursor("some list", id(2)) + R"("})");
  // Short or empty, because much was looked through.
  EXPECT_EQ(render({.records = {}, .has_more = true, .resume_after = id(9)}),
            R"({"ids":[],"next":")" + make_cursor("some list", id(9)) + R"("})");
}

}  // namespace farthing::api::page_test
