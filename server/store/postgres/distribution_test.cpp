// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/distribution.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace farthing::store::postgres::distribution_test {

using Tables = std::vector<CitusTable>;

Tables whole() {
  Tables tables = {{.name = "audit_head", .kind = CitusTable::Kind::local, .column = {}}};
  for (const std::string_view name : distributed_tables()) {
    tables.push_back({.name = std::string(name),
                      .kind = CitusTable::Kind::distributed,
                      .column = "organization_id",
                      .colocation = 7});
  }
  return tables;
}

TEST(JudgeDistribution, TablesThatCitusDoesNotKnowAreWhole) {
  const Distribution distribution = judge_distribution({});
  EXPECT_TRUE(distribution.has_citus);
  EXPECT_FALSE(distribution.is_distributed);
  EXPECT_EQ(distribution.fault, "");
}

TEST(JudgeDistribution, AllDistributedSideBySideAreWhole) {
  const Distribution distribution = judge_distribution(whole());
  EXPECT_TRUE(distribution.is_distributed);
  EXPECT_EQ(distribution.fault, "");
}

TEST(JudgeDistribution, NamesWhatIsWrong) {
  using Change = std::function<void(Tables&)>;
  const std::vector<std::pair<Change, std::string>> cases = {
      {[](Tables& tables) { tables.pop_back(); }, "ledger_spending is not distributed"},
      {[](Tables& tables) { tables.erase(tables.begin() + 1); }, "ledger_state is not distributed"},
      {[](Tables& tables) { tables.erase(tables.begin()); }, "does not know audit_head"},
      {[](Tables& tables) { tables[0].kind = CitusTable::Kind::reference; },
       "must have audit_head as a local table"},
      {[](Tables& tables) { tables[2].colocation = 8; }, "does not distribute ledger_entry"},
      {[](Tables& tables) { tables[1].column = "last_seq"; }, "does not distribute ledger_state"},
      {[](Tables& tables) { tables[3].kind = CitusTable::Kind::reference; },
       "does not distribute ledger_record"},
      {[](Tables& tables) {
         tables.push_back({.name = "directory_user", .kind = CitusTable::Kind::reference});
       },
       "undistribute_table('farthing.directory_user')"},
  };
  for (const auto& [change, words] : cases) {
    Tables tables = whole();
    change(tables);
    const Distribution distribution = judge_distribution(tables);
    EXPECT_FALSE(distribution.is_distributed) << words;
    EXPECT_NE(distribution.fault.find(words), std::string::npos) << distribution.fault;
  }
}

}  // namespace farthing::store::postgres::distribution_test
