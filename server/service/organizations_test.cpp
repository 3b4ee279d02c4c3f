// SPDX-License-Identifier: Apache-2.0
#include "server/service/organizations.hpp"

#include <string>

#include "server/testing/store_fixture.hpp"

namespace farthing::service::organizations_test {

class OrganizationsTest : public StoreTest {
 protected:
  Result<Change<OrganizationStatus>> change(std::string key, OrganizationChange change) {
    return answer_of<Change<OrganizationStatus>>([&](auto reply) {
      organizations_.change(under(std::move(key)), id_, std::move(change), std::move(reply));
    });
  }
  // "name limit", and "again" when an earlier request had made the change.
  static std::string told(const Result<Change<OrganizationStatus>>& change) {
    if (!change) return std::string(traits_of(change.error().code).name);
    return change->record.organization.name + " " + change->record.overdraft_limit.to_string() +
           (change->is_replayed ? " again" : "");
  }
  std::string read() {
    const auto status = answer_of<OrganizationStatus>(
        [&](auto reply) { organizations_.read(id_, std::move(reply)); });
    EXPECT_TRUE(status);
    return status->organization.name + " " + status->overdraft_limit.to_string();
  }

  const Credits five_ = *Credits::parse("5");
  const Credits six_ = *Credits::parse("6");
  const Organizations organizations_{store_, registry_, metering_};
  const OrganizationId id_ = add_organization("Acme").id;
};

TEST_F(OrganizationsTest, OneIsReadWithItsLimit) {
  EXPECT_EQ(read(), "Acme 0");
  ASSERT_TRUE(change("k", {.name = {}, .overdraft_limit = five_}));
  EXPECT_EQ(read(), "Acme 5");
}

TEST_F(OrganizationsTest, WhatIsNotChangedStaysAsItIs) {
  EXPECT_EQ(told(change("l", {.name = {}, .overdraft_limit = five_})), "Acme 5");
  EXPECT_EQ(told(change("n", {.name = "New", .overdraft_limit = {}})), "New 5");
  EXPECT_EQ(told(change("b", {.name = "Both", .overdraft_limit = six_})), "Both 6");
  EXPECT_EQ(read(), "Both 6");
}

TEST_F(OrganizationsTest, ANameNeedsNoKey) {
  EXPECT_EQ(told(change("", {.name = "New", .overdraft_limit = {}})), "New 0");
  EXPECT_EQ(told(change("", {.name = "Acme", .overdraft_limit = {}})), "Acme 0");
}

TEST_F(OrganizationsTest, ARepeatedChangeIsMadeOnce) {
  const OrganizationChange both{.name = "New", .overdraft_limit = five_};
  EXPECT_EQ(told(change("k", both)), "New 5");
  ASSERT_TRUE(change("k2", {.name = "Newer", .overdraft_limit = six_}));
  EXPECT_EQ(told(change("k", both)), "New 5 again");
  EXPECT_EQ(read(), "Newer 6");
}

// One line a request under the key of a change of both: it asks for something else.
TEST_F(OrganizationsTest, AKeyStandsForOneChangeOnly) {
  ASSERT_TRUE(change("k", {.name = "New", .overdraft_limit = five_}));
  for (const OrganizationChange& other :
       {OrganizationChange{"New", six_}, OrganizationChange{"Other", five_},
        OrganizationChange{{}, five_}, OrganizationChange{"New", {}}}) {
    EXPECT_EQ(told(change("k", other)), "idempotency_key_reused");
  }
  EXPECT_EQ(read(), "New 5");
}

// A key that its actor has used for anything else changes nothing, neither the name nor the limit.
TEST_F(OrganizationsTest, AKeyThatWasUsedBeforeChangesNothing) {
  ASSERT_TRUE(change("named", {.name = "New", .overdraft_limit = {}}));
  ASSERT_TRUE(change("limited", {.name = {}, .overdraft_limit = five_}));
  for (const char* key : {"named", "limited"}) {
    EXPECT_EQ(told(change(key, {.name = "Other", .overdraft_limit = six_})),
              "idempotency_key_reused");
    EXPECT_EQ(told(change(key, {.name = "New", .overdraft_limit = six_})),
              "idempotency_key_reused");
    EXPECT_EQ(read(), "New 5") << key;
  }
}

// A crash may come between the two, whichever was first.
TEST_F(OrganizationsTest, WhatWasHalfDoneAfterTheNameIsCompleted) {
  const OrganizationChange both{.name = "New", .overdraft_limit = five_};
  ASSERT_TRUE(answer_of<Change<directory::Organization>>([&](auto reply) {
    registry_.rename_organization(under("k"), id_, *both.name, five_, std::move(reply));
  }));
  EXPECT_EQ(read(), "New 0");
  EXPECT_EQ(told(change("k", both)), "New 5");
  EXPECT_EQ(told(change("k", both)), "New 5 again");
}

// A crash may come between the two.
TEST_F(OrganizationsTest, WhatWasHalfDoneIsCompleted) {
  const OrganizationChange both{.name = "New", .overdraft_limit = five_};
  ASSERT_TRUE(answer_of<ledger::Outcome>([&](auto reply) {
    metering_.set_overdraft_limit(under("k"), id_, five_, both.name, std::move(reply));
  }));
  EXPECT_EQ(read(), "Acme 5");
  EXPECT_EQ(told(change("k", both)), "New 5");
  EXPECT_EQ(told(change("k", both)), "New 5 again");
}

TEST_F(OrganizationsTest, OneThatIsNotThereIsNotFound) {
  const OrganizationId nowhere = OrganizationId::make(kStart);
  const auto read = answer_of<OrganizationStatus>(
      [&](auto reply) { organizations_.read(nowhere, std::move(reply)); });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::not_found);
  for (const OrganizationChange& each :
       {OrganizationChange{"New", {}}, OrganizationChange{{}, five_}}) {
    const auto changed = answer_of<Change<OrganizationStatus>>(
        [&](auto reply) { organizations_.change(under("k"), nowhere, each, std::move(reply)); });
    EXPECT_EQ(told(changed), "not_found");
  }
}

}  // namespace farthing::service::organizations_test
