// SPDX-License-Identifier: Apache-2.0
#include "cli/output/render.hpp"

#include <gtest/gtest.h>

namespace farthing::cli::render_test {

Document list() {
  return {.tables = {{.columns = {{"id"}, {"amount", Alignment::right}, {"created_at"}},
                      .rows = {{"a", "12.5", "2026"}, {"long-id", "3", ""}}}},
          .json = R"({"things":[],"next":null})"};
}

Document record_with_rows() {
  return {.fields = {{"id", "user-1"}, {"profile_picture", ""}},
          .tables = {{.row_name = "organization",
                      .columns = {{"id"}, {"name"}},
                      .rows = {{"org-1", "A\tB"}}}},
          .json = "{}"};
}

TEST(Table, AlignsColumnsAndHasNoBlanksAtTheEnd) {
  EXPECT_EQ(render_table(list(), Style::monochrome),
            "ID       AMOUNT  CREATED AT\n"
            "a          12.5  2026\n"
            "long-id       3  -\n");
}

TEST(Table, ShowsFieldsAboveRows) {
  EXPECT_EQ(render_table(record_with_rows(), Style::monochrome),
            "id               user-1\n"
            "profile picture  -\n"
            "\n"
            "ID     NAME\n"
            "org-1  A\\tB\n");
}

TEST(Table, MakesNamesBoldOnlyWhenAsked) {
  const std::string styled = render_table(list(), Style::ansi);
  EXPECT_TRUE(styled.starts_with("\x1b[1mID\x1b[0m       \x1b[1mAMOUNT\x1b[0m")) << styled;
  EXPECT_EQ(render_table(list(), Style::monochrome).find('\x1b'), std::string::npos);
}

TEST(Plain, IsOneLineForEachRow) {
  EXPECT_EQ(render_plain(list()), "a\t12.5\t2026\nlong-id\t3\t\n");
}

TEST(Plain, NamesRowsThatFollowFields) {
  EXPECT_EQ(render_plain(record_with_rows()),
            "id\tuser-1\nprofile_picture\t\norganization\torg-1\tA\\tB\n");
}

TEST(Tables, StandBelowEachOther) {
  const Document document = {
      .tables = {{.row_name = "grant", .columns = {{"id"}}, .rows = {{"a"}}},
                 {.row_name = "step", .columns = {{"kind"}}, .rows = {{"b"}, {"c"}}}}};
  EXPECT_EQ(render_table(document, Style::monochrome), "ID\na\n\nKIND\nb\nc\n");
  EXPECT_EQ(render_plain(document), "grant\ta\nstep\tb\nstep\tc\n");
}

TEST(Plain, IsTheValueAloneWhereThereIsOne) {
  EXPECT_EQ(render_plain({.fields = {{"credits", "12.5"}}, .plain_value = "12.5"}), "12.5\n");
}

TEST(Plain, OfAnEmptyListIsEmpty) {
  EXPECT_EQ(render_plain({.tables = {{.columns = {{"id"}}}}}), "");
}

TEST(Json, IsOneLine) { EXPECT_EQ(render_json(list()), "{\"things\":[],\"next\":null}\n"); }

}  // namespace farthing::cli::render_test
