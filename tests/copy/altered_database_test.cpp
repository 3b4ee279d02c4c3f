// SPDX-License-Identifier: Apache-2.0
// Whatever is altered in a database, the audit names it. The tables and columns are those that the
// database has: one that is new is altered too. Needs a PostgreSQL.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "offline/inspect/database_inspection.hpp"
#include "tests/copy/sample_store.hpp"

namespace farthing::copy::testing::altered_database_test {

struct Column {
  std::string table;
  std::string name;
  std::string type;
};

// What no audit names: it follows from nothing that is stored.
bool is_unproven(std::string_view table, std::string_view column) {
  constexpr std::array kUnproven = {
      // How often the directory was changed, and what time nodes have reached.
      std::string_view("directory_change."), std::string_view("store_clock."),
      // Which migrations were run; a server refuses what it does not know.
      std::string_view("schema_migration."),
      // Uses of keys are no acts, and no act tells of what a repetition is answered.
      std::string_view("directory_api_key_use."), std::string_view("directory_receipt.record")};
  const std::string name = std::string(table) + "." + std::string(column);
  return std::ranges::any_of(kUnproven,
                             [&](std::string_view each) { return name.starts_with(each); });
}

// Returns SQL expressions for other values of the column.
std::vector<std::string> others_of(const Column& column) {
  const std::string& name = column.name;
  if (column.type == "bytea") {
    return {"set_byte(" + name + ", 0, get_byte(" + name + ", 0) # 64)",
            "set_byte(" + name + ", length(" + name + ") / 4, get_byte(" + name + ", length(" +
                name + ") / 4) # 1)",
            "substr(" + name + ", 1, length(" + name + ") - 1)", name + " || '\\x00'"};
  }
  if (column.type == "boolean") return {"NOT " + name};
  if (column.type == "uuid") return {"(md5(" + name + "::text))::uuid"};
  return {name + " + 1", name + " - 1"};
}

class AlteredDatabase : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(has_database()) << "run it by tests.support.postgres";
    (void)empty_database();
    fill(*open_database());
    run_sql("DROP SCHEMA IF EXISTS saved CASCADE; CREATE SCHEMA saved");
    for (const std::string& table : tables()) {
      run_sql("CREATE TABLE saved." + table + " AS SELECT * FROM farthing." + table);
    }
  }
  void TearDown() override { run_sql("DROP SCHEMA IF EXISTS saved CASCADE"); }

  static std::vector<std::string> tables() {
    std::vector<std::string> names;
    for (const Column& column : columns()) {
      if (names.empty() || names.back() != column.table) names.push_back(column.table);
    }
    return names;
  }
  static std::vector<Column> columns() {
    std::vector<Column> columns;
    for (const std::string& line :
         query("SELECT concat_ws(' ', table_name, column_name, data_type)"
               " FROM information_schema.columns WHERE table_schema = 'farthing'"
               " ORDER BY table_name, ordinal_position")) {
      const std::size_t name = line.find(' ') + 1;
      const std::size_t type = line.find(' ', name) + 1;
      columns.push_back({.table = line.substr(0, name - 1),
                         .name = line.substr(name, type - 1 - name),
                         .type = line.substr(type)});
    }
    return columns;
  }

  static std::string audit() {
    const auto reader =
        store::postgres::DatabaseReader::open(std::string(database().database.reveal()));
    if (!reader) return reader.error().message;
    const auto report = inspect::inspect_database(**reader);
    if (!report) return report.error().message;
    return report->deviation ? report->deviation->to_string() : "";
  }
  static void restore(const std::string& table) {
    run_sql("BEGIN; DELETE FROM farthing." + table + "; INSERT INTO farthing." + table +
            " SELECT * FROM saved." + table + "; COMMIT");
  }
};

TEST_F(AlteredDatabase, EveryColumnIsHeldAgainstEntriesAndActs) {
  ASSERT_EQ(audit(), "");
  for (const Column& column : columns()) {
    if (is_unproven(column.table, column.name)) continue;
    SCOPED_TRACE(column.table + "." + column.name);
    auto values = others_of(column);
    values.emplace_back("NULL");
    for (const std::string& value : values) {
      // One row, where the value becomes another one, if there is one at all.
      const std::string sql =
          "DO $$ BEGIN UPDATE farthing." + column.table + " SET " + column.name + " = " + value +
          " WHERE ctid = (SELECT ctid FROM farthing." + column.table + " WHERE " + column.name +
          " IS NOT NULL AND (" + value + ") IS DISTINCT FROM " + column.name +
          " LIMIT 1); EXCEPTION WHEN not_null_violation OR unique_violation THEN NULL; END $$";
      run_sql(sql);
      const bool is_altered = !query("SELECT 'altered' FROM (TABLE farthing." + column.table +
                                     " EXCEPT ALL TABLE saved." + column.table + ") AS other")
                                   .empty();
      if (is_altered) {
        EXPECT_NE(audit(), "") << value;
        restore(column.table);
      }
    }
  }
  EXPECT_EQ(audit(), "");
}

TEST_F(AlteredDatabase, EveryMissingRowIsFound) {
  for (const std::string& table : tables()) {
    // The receipt of an act and the use of a key are no acts.
    if (is_unproven(table, "") || table == "directory_receipt") continue;
    SCOPED_TRACE(table);
    run_sql("DELETE FROM farthing." + table + " WHERE ctid = (SELECT ctid FROM farthing." + table +
            " LIMIT 1)");
    EXPECT_NE(audit(), "");
    restore(table);
  }
  EXPECT_EQ(audit(), "");
}

}  // namespace farthing::copy::testing::altered_database_test
