// SPDX-License-Identifier: Apache-2.0
// The audit log: every act once and with what it tells of, in one chain, whatever the store goes
// through.
#include <thread>

#include "base/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::audit_log_test {

class AuditLogOf : public StoreTest {
 protected:
  Page<directory::AuditRecord> list(directory::AuditFilter filter = {},
                                    PageRequest<Id128> request = {}) {
    auto page = await<Result<Page<directory::AuditRecord>>>(
        [&](auto reply) { open_->store().list_audit_log(std::move(filter), request, reply); });
    EXPECT_TRUE(page);
    return page ? *std::move(page) : Page<directory::AuditRecord>();
  }
  std::vector<directory::AuditRecord> read_all(std::size_t limit = 1'000) {
    std::vector<directory::AuditRecord> all;
    PageRequest<Id128> request{.after = {}, .limit = limit};
    for (;;) {
      auto page = list({}, request);
      for (directory::AuditRecord& record : page.records) all.push_back(std::move(record));
      if (!page.has_more) return all;
      request.after = directory::audit_position(all.back());
    }
  }
  // Numbers without gaps, each record hashed with the one before.
  void expect_chain(const std::vector<directory::AuditRecord>& records) {
    directory::AuditHead head;
    for (const directory::AuditRecord& record : records) {
      EXPECT_EQ(record.number, head.number + 1);
      EXPECT_GE(record.at, head.at);
      EXPECT_EQ(directory::hash_after(head.hash, record), record.hash) << record.number;
      head = directory::head_after(record);
    }
  }
  Result<ledger::Outcome> settle_act(ledger::Command command) {
    return testing::settle_act(
        open_->store(), std::move(command),
        {.user = {numbered_id(8)}, .address = "192.0.2.7", .request_id = "request"});
  }
  directory::DirectoryCommand rename(std::string name, std::string key = {}) {
    directory::DirectoryOrigin origin = asked_by(admin_, "admin", std::move(key));
    origin.act.user = admin_.user;
    origin.act.address = "::1";
    return {.origin = std::move(origin),
            .action = directory::RenameOrganization{organization_, std::move(name)}};
  }

  directory::ApiKey admin_ = make_admin_key(store_, "admin");
  OrganizationId organization_ = make_organization(store_);
};

TEST_P(AuditLogOf, TellsWhoChangedWhatAndWhatItWas) {
  ASSERT_TRUE(change(store_, rename("New")));
  const directory::AuditRecord record = read_all().back();
  EXPECT_EQ(record.at, kStart);
  EXPECT_EQ(record.api_key, admin_.id);
  EXPECT_EQ(record.origin.user, admin_.user);
  EXPECT_EQ(record.origin.address, "::1");
  EXPECT_EQ(record.origin.request_id, "request");
  EXPECT_FALSE(record.origin.credential);
  EXPECT_EQ(record.act.kind, "organization.rename");
  EXPECT_EQ(record.act.target, organization_.to_string());
  ASSERT_EQ(record.act.changes.size(), 1U);
  EXPECT_EQ(record.act.changes[0].field, "name");
  EXPECT_EQ(record.act.changes[0].before, "Acme");
  EXPECT_EQ(record.act.changes[0].after, "New");
}

TEST_P(AuditLogOf, HasWhatChangedSomethingAndNothingElse) {
  const std::size_t before = read_all().size();
  ASSERT_TRUE(change(store_, rename("New", "k")));
  ASSERT_TRUE(change(store_, rename("New", "k"))) << "a replay";
  ASSERT_TRUE(change(store_, rename("New"))) << "as it is already";
  ASSERT_FALSE(change(store_, {.action = directory::SetUserStanding{{numbered_id(1)}}}));
  ASSERT_TRUE(settle_act(grant(organization_, "g", "5")));
  ASSERT_TRUE(settle_act(grant(organization_, "g", "5")));
  ASSERT_FALSE(settle_act(grant(organization_, "g", "6")));
  ASSERT_TRUE(settle(store_, charge(organization_, "c", "1")));
  const auto records = read_all();
  ASSERT_EQ(records.size(), before + 2);
  const directory::AuditRecord& granted = records.back();
  EXPECT_EQ(granted.act.kind, "grant.create");
  EXPECT_EQ(granted.origin.address, "192.0.2.7");
  EXPECT_EQ(granted.act.organization, organization_);
  EXPECT_TRUE(GrantId::parse(granted.act.target));
  expect_chain(records);
}

TEST_P(AuditLogOf, TellsOfALimitWhatItWasBefore) {
  const auto set = [&](std::string key, std::string_view limit) {
    ledger::Command command = charge(organization_, std::move(key), "1");
    command.action = ledger::SetOverdraftLimit{.limit = credits(limit)};
    return settle_act(std::move(command));
  };
  ASSERT_TRUE(set("a", "5"));
  ASSERT_TRUE(set("b", "7.5"));
  const directory::AuditRecord record = read_all().back();
  EXPECT_EQ(record.act.kind, "organization.set_overdraft_limit");
  EXPECT_EQ(record.act.changes.at(0).before, "5");
  EXPECT_EQ(record.act.changes.at(0).after, "7.5");
}

TEST_P(AuditLogOf, GoesOnWhenTheStoreIsOpenedAgain) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(change(open_->store(), rename("Name " + std::to_string(i))));
    open_->reopen();
  }
  const auto records = read_all();
  EXPECT_EQ(records.size(), 8U);
  EXPECT_EQ(records.back().act.changes.at(0).before, "Name 3");
  expect_chain(records);
}

TEST_P(AuditLogOf, IsReadInPagesAndByFilters) {
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(change(store_, rename("Name " + std::to_string(i))));
    ASSERT_TRUE(settle_act(grant(organization_, std::to_string(i), "1")));
    clock_.advance(std::chrono::seconds(1));
  }
  const auto all = read_all();
  ASSERT_EQ(all.size(), 63U);
  for (const std::size_t limit : {1U, 7U, 63U, 100U}) {
    EXPECT_EQ(read_all(limit).size(), 63U) << limit;
  }
  EXPECT_EQ(list({.kind = "grant.create"}).records.size(), 30U);
  EXPECT_EQ(list({.api_key = admin_.id}).records.size(), 30U);
  EXPECT_EQ(list({.user = UserId{numbered_id(7)}}).records.size(), 0U);
  EXPECT_EQ(list({.target = organization_.to_string()}).records.size(), 61U);
  const auto some = list(
      {.from = kStart.plus(std::chrono::seconds(3)), .to = kStart.plus(std::chrono::seconds(5))});
  ASSERT_EQ(some.records.size(), 4U);
  EXPECT_FALSE(some.has_more);
  EXPECT_EQ(some.records[0].number, 10U);
}

TEST_P(AuditLogOf, IsOneChainWhoeverActsAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kActsEach = 25;
  std::vector<OrganizationId> organizations;
  for (int t = 0; t < kThreads; ++t) organizations.push_back(make_organization(store_));
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kActsEach; ++i) {
          const std::string name = std::to_string(t) + " " + std::to_string(i);
          if (i % 2 == 0) {
            EXPECT_TRUE(
                change(store_, {.action = directory::RenameOrganization{organizations[t], name}}));
          } else if (i % 3 == 0) {
            const auto standing =
                i % 6 == 3 ? directory::Standing::disabled : directory::Standing::enabled;
            EXPECT_TRUE(change(store_, {.action = directory::SetOrganizationStanding{
                                            organizations[t], standing}}));
          } else {
            EXPECT_TRUE(settle_act(grant(organizations[t], name, "1")));
          }
        }
      });
    }
  }
  const auto records = read_all();
  EXPECT_GE(records.size(), 1U + kThreads + kThreads * kActsEach * 8U / 10);
  expect_chain(records);
}

INSTANTIATE_TEST_SUITE_P(Stores, AuditLogOf, ::testing::ValuesIn(all_store_kinds()), name_of_kind);
INSTANTIATE_TEST_SUITE_P(SmallRuns, AuditLogOf, ::testing::Values(rocksdb_with_small_runs()),
                         name_of_kind);

}  // namespace farthing::store::testing::audit_log_test
