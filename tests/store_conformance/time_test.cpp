// SPDX-License-Identifier: Apache-2.0
// What time does to grants and balances, and what the clock may do.
#include <chrono>

#include "base/await.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::time_test {

using std::chrono::hours;
using std::chrono::seconds;

class Time : public StoreTest {
 protected:
  std::string remaining(const Result<ledger::Outcome>& granted) {
    const auto read = await<Result<ledger::GrantStatus>>([&](auto reply) {
      store_.read_grant({organization_, granted->entry.subject}, reply);
    });
    return read ? read->remaining.to_string() : name_of(read);
  }

  OrganizationId organization_ = make_organization(store_);
};

TEST_P(Time, AGrantToComeCountsFromItsInstantOn) {
  const auto granted = settle(
      store_,
      grant(organization_, "g", "5", ledger::GrantTerms{.effective_at = kStart.plus(hours(1))}));
  ASSERT_TRUE(granted);
  EXPECT_EQ(available(store_, organization_), "0");
  EXPECT_EQ(name_of(settle(store_, charge(organization_, "c", "1"))), "insufficient_credits");
  clock_.advance(hours(1));
  EXPECT_EQ(available(store_, organization_), "5");
  ASSERT_TRUE(settle(store_, charge(organization_, "c", "1")));
  EXPECT_EQ(remaining(granted), "4");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

TEST_P(Time, AGrantCountsUntilJustBeforeItsEnd) {
  const auto granted = settle(
      store_,
      grant(organization_, "g", "5", ledger::GrantTerms{.expires_at = kStart.plus(hours(1))}));
  ASSERT_TRUE(granted);
  clock_.advance(hours(1) - std::chrono::microseconds(1));
  EXPECT_EQ(available(store_, organization_), "5");
  EXPECT_EQ(remaining(granted), "5");
  clock_.advance(std::chrono::microseconds(1));
  EXPECT_EQ(available(store_, organization_), "0");
  EXPECT_EQ(remaining(granted), "0");
  EXPECT_EQ(name_of(settle(store_, charge(organization_, "c", "1"))), "insufficient_credits");
  const auto entries = open_->entries_of(organization_);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].kind, ledger::EntryKind::expire);
  EXPECT_EQ(entries[1].at, kStart.plus(hours(1)));
  EXPECT_EQ(audit(entries), "");
}

TEST_P(Time, AGrantThatWouldEndBeforeItBeginsIsRefused) {
  EXPECT_EQ(name_of(settle(
                store_, grant(organization_, "g", "5", ledger::GrantTerms{.expires_at = kStart}))),
            "bad_request");
}

TEST_P(Time, NeverRunsBackwards) {
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "5",
                                   ledger::GrantTerms{.expires_at = kStart.plus(hours(1))})));
  clock_.advance(hours(2));
  EXPECT_EQ(available(store_, organization_), "0");
  ASSERT_TRUE(settle(store_, grant(organization_, "g2", "1")));
  clock_.set(kStart);
  EXPECT_GE(store_.now(), kStart.plus(hours(2)));
  EXPECT_EQ(available(store_, organization_), "1");
  const auto charged = settle(store_, charge(organization_, "c", "1"));
  ASSERT_TRUE(charged);
  EXPECT_GE(charged->entry.at, kStart.plus(hours(2)));
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

TEST_P(Time, KeysAreFoundWhetherValidOrNot) {
  const UserId user = make_user(store_, "a@example.com");
  directory::ApiKey key = make_api_key(user, "secret");
  key.expires_at = kStart.plus(seconds(1));
  ASSERT_TRUE(change(store_, {.origin = {}, .action = directory::CreateApiKey{key}}));
  clock_.advance(hours(1));
  const auto found = await<Result<std::optional<directory::Principal>>>(
      [&](auto reply) { store_.find_principal(sha256("secret"), reply); });
  ASSERT_TRUE(found && *found);
  EXPECT_FALSE((*found)->key->is_valid_at(store_.now()));
}

INSTANTIATE_TEST_SUITE_P(Stores, Time, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::time_test
