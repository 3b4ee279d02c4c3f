// SPDX-License-Identifier: Apache-2.0
// Reads every statement of this folder's sources. Each table that Citus distributes must have its
// organization as a parameter of its own, so that the coordinator needs one shard for it. The
// statements that need more are listed here with their reasons.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "server/store/postgres/batch_statements.hpp"
#include "server/store/postgres/distribution.hpp"
#include "server/store/postgres/schema.hpp"

namespace farthing::store::postgres::statements_test {

constexpr const char* kBatchOfMany = "for tables that are not distributed, and for copies";
constexpr const char* kAboutAll = "about all organizations";
const std::map<std::string, std::string> kExceptions = {
    {"kReadOutcomes", kBatchOfMany}, {"kReadRecords", kBatchOfMany},
    {"kReadSpending", kBatchOfMany}, {"kInsertEntries", kBatchOfMany},
    {"kUpdateStates", kBatchOfMany}, {"kPutRecords", kBatchOfMany},
    {"kPutSpending", kBatchOfMany},  {"kFindDue", kAboutAll},
    {"kIsEmpty", kAboutAll},         {"kFindLastEntry", kAboutAll},
    {"kReadAllEntries", kAboutAll},  {"kFindStranger", kAboutAll},
    {"kFindDueByShard", kAboutAll},  {"kFindWorkers", "reads no row of the table"},
    {"kReadProgress", kAboutAll},    {"kReadStatesFrom", kAboutAll},
};

// Returns the groups of each match.
std::vector<std::vector<std::string>> find_all(const std::string& text, const std::regex& pattern) {
  std::vector<std::vector<std::string>> found;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
    found.emplace_back(match->begin(), match->end());
  }
  return found;
}

bool is_found(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

struct TableUse {
  std::string table;
  std::string alias;       // empty: none
  bool is_target = false;  // of an INSERT
};

std::vector<TableUse> find_uses(const std::string& sql) {
  static const std::regex pattern(R"((INSERT INTO )?farthing\.(\w+)(?: (?:AS )?([a-z]\w*))?)");
  std::vector<TableUse> uses;
  for (const auto& match : find_all(sql, pattern)) {
    if (std::ranges::count(distributed_tables(), match[2]) == 0) continue;
    uses.push_back({match[2], match[3], !match[1].empty()});
  }
  return uses;
}

constexpr const char* kParameter = R"( = (\$\d+::uuid(?!\[)|ANY\(\$\d+::uuid\[\]\)))";

bool is_bound(const std::string& sql, const TableUse& use, const std::vector<TableUse>& all) {
  if (use.is_target) {
    const std::string head = "INSERT INTO farthing." + use.table + R"( \(organization_id[^)]*\) )";
    if (is_found(sql, head + R"(VALUES \(\$\d+::uuid,)")) return true;
    // The organization comes from another such table, which is looked at by itself.
    return std::ranges::any_of(all, [&](const TableUse& other) {
      return !other.is_target && !other.alias.empty() &&
             is_found(sql, head + "SELECT " + other.alias + R"(\.organization_id,)");
    });
  }
  if (!use.alias.empty()) {
    return is_found(sql, R"([^\w.])" + use.alias + R"(\.organization_id)" + kParameter);
  }
  return all.size() == 1 && is_found(sql, std::string(R"([^\w.]organization_id)") + kParameter);
}

// Returns the distributed tables of the statement that have no organization of their own.
std::set<std::string> find_unbound(const std::string& sql) {
  const std::vector<TableUse> uses = find_uses(sql);
  const bool is_open = is_found(sql, " OR ");  // then a condition binds nothing
  std::set<std::string> unbound;
  for (const TableUse& use : uses) {
    if (is_open || !is_bound(sql, use, uses)) unbound.insert(use.table);
  }
  return unbound;
}

using Unbound = std::set<std::string>;

TEST(FindUnbound, AcceptsAnOrganizationOfItsOwn) {
  for (
      const char* sql : {
          "SELECT 1 FROM farthing.ledger_state WHERE organization_id = $1::uuid",
          "SELECT 1 FROM farthing.ledger_state WHERE organization_id = ANY($1::uuid[]) FOR UPDATE",
          "SELECT 1 FROM farthing.ledger_state s LEFT JOIN farthing.ledger_record r"
          " ON r.organization_id = $1::uuid AND r.id = $2::uuid WHERE s.organization_id = $1::uuid",
          "INSERT INTO farthing.ledger_state (organization_id, state) VALUES ($1::uuid, $2::bytea)",
          "INSERT INTO farthing.ledger_entry (organization_id, seq)"
          " SELECT s.organization_id, w.seq FROM farthing.ledger_state s, unnest($2::bigint[])"
          " AS w (seq) WHERE s.organization_id = $1::uuid",
          "SELECT record FROM farthing.directory_user WHERE id = $1::uuid",
      }) {
    EXPECT_EQ(find_unbound(sql), Unbound()) << sql;
  }
}

TEST(FindUnbound, NamesTheTableThatHasNone) {
  const std::vector<std::pair<const char*, Unbound>> cases = {
      {"SELECT 1 FROM farthing.ledger_state", {"ledger_state"}},
      {"SELECT 1 FROM farthing.ledger_state WHERE organization_id > $1::uuid", {"ledger_state"}},
      {"SELECT 1 FROM farthing.ledger_state WHERE organization_id = $1::uuid OR held > 0",
       {"ledger_state"}},
      // By the organization of another table: an outer join then reads every shard.
      {"SELECT 1 FROM farthing.ledger_state s LEFT JOIN farthing.ledger_record r"
       " ON r.organization_id = s.organization_id WHERE s.organization_id = $1::uuid",
       {"ledger_record"}},
      {"SELECT 1 FROM unnest($1::uuid[]) AS w (o) JOIN farthing.ledger_entry e"
       " ON e.organization_id = w.o",
       {"ledger_entry"}},
      {"SELECT 1 FROM farthing.ledger_state s, farthing.ledger_entry"
       " WHERE s.organization_id = $1::uuid AND organization_id = $1::uuid",
       {"ledger_entry"}},
      {"UPDATE farthing.ledger_state s SET held = w.held FROM unnest($1::uuid[], $2::bigint[])"
       " AS w (o, held) WHERE s.organization_id = w.o",
       {"ledger_state"}},
      {"INSERT INTO farthing.ledger_record (organization_id, id) SELECT * FROM"
       " unnest($1::uuid[], $2::uuid[])",
       {"ledger_record"}},
      {"INSERT INTO farthing.ledger_record (organization_id, id)"
       " SELECT s.organization_id, s.organization_id FROM farthing.ledger_state s",
       {"ledger_state"}},
  };
  for (const auto& [sql, unbound] : cases) EXPECT_EQ(find_unbound(sql), unbound) << sql;
}

// Reads the statements out of a source: the texts behind `.sql =`, with the name of the constant.
std::multimap<std::string, std::string> read_statements(const std::string& source) {
  static const std::regex statement(
      R"((?:Statement (k\w+)\s*\{|Statement\s*\{)[^"]*(?:"\w+",\s*)?\.sql\s*=((?:\s*"[^"]*")+))");
  static const std::regex text(R"rx("([^"]*)")rx");
  std::multimap<std::string, std::string> statements;
  for (const auto& match : find_all(source, statement)) {
    std::string sql;
    for (const auto& part : find_all(match[2], text)) sql += part[1];
    statements.emplace(match[1], sql);
  }
  return statements;
}

std::multimap<std::string, std::string> read_all_statements() {
  const std::filesystem::path folder = FARTHING_SOURCE_DIR "/server/store/postgres";
  std::multimap<std::string, std::string> statements;
  std::size_t texts = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (name.ends_with("_test.cpp") || !(name.ends_with(".cpp") || name.ends_with(".hpp")))
      continue;
    std::ifstream stream(file.path());
    const std::string source{std::istreambuf_iterator<char>(stream), {}};
    statements.merge(read_statements(source));
    // Nothing that looks like one may be overlooked.
    static const std::regex any_text(R"(\.sql\s*=\s*")");
    texts += find_all(source, any_text).size();
  }
  EXPECT_EQ(statements.size(), texts);
  return statements;
}

TEST(Statements, NameTheirOrganization) {
  const auto statements = read_all_statements();
  EXPECT_GE(statements.size(), 80U);
  std::set<std::string> used_exceptions;
  for (const auto& [name, sql] : statements) {
    const Unbound unbound = find_unbound(sql);
    if (unbound.empty()) continue;
    if (kExceptions.contains(name)) {
      used_exceptions.insert(name);
    } else {
      ADD_FAILURE() << name << " does not name the organization of " << *unbound.begin() << ": "
                    << sql;
    }
  }
  for (const auto& [name, reason] : kExceptions) {
    EXPECT_TRUE(used_exceptions.contains(name)) << name << " needs no exception: " << reason;
  }
}

TEST(Statements, ABatchOfOneOrganizationHasNoException) {
  const BatchStatements& all = kStatementsOfOne;
  for (const Statement* each : {&all.lock_states, &all.read_outcomes, &all.read_records,
                                &all.read_spending, &all.insert_entries, &all.update_states,
                                &all.put_records, &all.put_spending, &all.touch_organizations}) {
    EXPECT_FALSE(find_uses(each->sql).empty()) << each->name;
    EXPECT_EQ(find_unbound(each->sql), Unbound()) << each->name;
  }
}

// A table of the ledger that a migration makes must be distributed with the others.
TEST(Distribution, HasEveryTableOfTheLedger) {
  static const std::regex table(R"(CREATE TABLE farthing\.(ledger_\w+))");
  std::set<std::string> made;
  for (const Migration& migration : all_migrations()) {
    const std::string sql = migration.sql;
    for (const auto& match : find_all(sql, table)) made.insert(match[1]);
  }
  EXPECT_EQ(made, std::set<std::string>(distributed_tables().begin(), distributed_tables().end()));
}

}  // namespace farthing::store::postgres::statements_test
