// SPDX-License-Identifier: Apache-2.0
// Users and organizations that are disabled: what is refused at once, what goes on, and that
// nothing is lost.
#include "base/await.hpp"
#include "server/ledger/decide.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::standing_test {

class StandingOf : public StoreTest {
 protected:
  Result<directory::DirectoryOutcome> put(directory::Standing standing) {
    return change(open_->store(),
                  {.action = directory::SetOrganizationStanding{organization_, standing}});
  }
  // A command on the organization.
  ledger::Command command(std::string key, ledger::Action action) {
    ledger::Command command = charge(organization_, std::move(key), "1");
    command.action = action;
    return command;
  }
  Result<ledger::Outcome> act(std::string key, ledger::Action action) {
    return settle(open_->store(), command(std::move(key), action));
  }
  Result<ledger::Outcome> charge_one(std::string key) {
    return settle(open_->store(), charge(organization_, std::move(key), "1"));
  }

  OrganizationId organization_ = make_organization(store_);
};

TEST_P(StandingOf, ADisabledOrganizationSpendsNothingAnew) {
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "100")));
  ASSERT_TRUE(charge_one("c"));
  const auto hold = act("h", ledger::PlaceHold{.amount = credits("10")});
  const auto other = act("h2", ledger::PlaceHold{.amount = credits("10")});
  ASSERT_TRUE(hold && other);
  const auto disabled = put(directory::Standing::disabled);
  ASSERT_TRUE(disabled);
  EXPECT_EQ(std::get<directory::Organization>(disabled->record).disabled_at, kStart);

  const auto refused = charge_one("c2");
  EXPECT_EQ(name_of(refused), "organization_disabled");
  EXPECT_EQ(refused.error().field, "organization");
  EXPECT_EQ(name_of(act("h3", ledger::PlaceHold{.amount = credits("1")})), "organization_disabled");
  const Id128 id = hold->entry.subject;
  EXPECT_EQ(name_of(act("e", ledger::ExtendHold{.hold = id})), "organization_disabled");

  const auto replayed = charge_one("c");
  ASSERT_TRUE(replayed) << "what was booked before is told again";
  EXPECT_TRUE(replayed->is_replayed);
  EXPECT_TRUE(act("k", ledger::CaptureHold{.hold = id, .amount = credits("4")}));
  EXPECT_TRUE(act("r", ledger::ReleaseHold{.hold = other->entry.subject}));
  EXPECT_TRUE(act("f", ledger::RefundCharge{.charge = replayed->entry.subject}));
  EXPECT_TRUE(settle(store_, grant(organization_, "g2", "5")));
  EXPECT_TRUE(act("l", ledger::SetOverdraftLimit{.limit = credits("1")}));
  EXPECT_EQ(available(store_, organization_), "101");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

TEST_P(StandingOf, IsKeptAndTakenBackAndNothingIsLost) {
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "100")));
  ASSERT_TRUE(put(directory::Standing::disabled));
  clock_.advance(std::chrono::seconds(5));
  const auto again = put(directory::Standing::disabled);
  ASSERT_TRUE(again);
  EXPECT_EQ(std::get<directory::Organization>(again->record).disabled_at, kStart)
      << "since the first time";
  open_->reopen();
  EXPECT_EQ(name_of(charge_one("c")), "organization_disabled");
  EXPECT_EQ(available(open_->store(), organization_), "100");
  const auto enabled = put(directory::Standing::enabled);
  ASSERT_TRUE(enabled);
  EXPECT_FALSE(std::get<directory::Organization>(enabled->record).disabled_at);
  EXPECT_TRUE(charge_one("c")) << "a refusal is not remembered";
  open_->reopen();
  EXPECT_EQ(available(open_->store(), organization_), "99");
}

TEST_P(StandingOf, WhatFallsDueGoesOn) {
  ledger::GrantTerms terms{.amount = credits("100"),
                           .expires_at = kStart.plus(std::chrono::hours(1))};
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "100", terms)));
  ASSERT_TRUE(put(directory::Standing::disabled));
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(available(store_, organization_), "0");
}

TEST_P(StandingOf, AUserIsDisabledForEveryKeyAtOnce) {
  const UserId user = make_user(store_, "ada@example.com");
  ASSERT_TRUE(change(store_, {.action = directory::CreateApiKey{make_api_key(user, "secret")}}));
  ASSERT_TRUE(join(store_, organization_, user, directory::Role::OWNER));
  const auto principal = [&] {
    return await<Result<std::optional<directory::Principal>>>(
               [&](auto reply) { open_->store().find_principal(sha256("secret"), reply); })
        .value()
        .value();
  };
  EXPECT_FALSE(principal().account->user.disabled_at);
  ASSERT_TRUE(
      change(store_, {.action = directory::SetUserStanding{user, directory::Standing::disabled}}));
  EXPECT_EQ(principal().account->user.disabled_at, kStart);
  open_->reopen();
  EXPECT_EQ(principal().account->user.disabled_at, kStart);
  EXPECT_EQ(principal().account->memberships.at(0).role, directory::Role::OWNER);
  ASSERT_TRUE(change(open_->store(),
                     {.action = directory::SetUserStanding{user, directory::Standing::enabled}}));
  EXPECT_FALSE(principal().account->user.disabled_at);
}

TEST_P(StandingOf, AKeyIsToldWhichOfItsOrganizationsAreDisabled) {
  const UserId user = make_user(store_, "ada@example.com");
  const OrganizationId other = make_organization(store_);
  ASSERT_TRUE(change(store_, {.action = directory::CreateApiKey{make_api_key(user, "secret")}}));
  ASSERT_TRUE(join(store_, organization_, user, directory::Role::OWNER));
  // One character for each membership, in their order: whether it is disabled.
  const auto disabled = [&] {
    const auto principal = await<Result<std::optional<directory::Principal>>>(
        [&](auto reply) { open_->store().find_principal(sha256("secret"), reply); });
    std::string marks;
    for (const auto& each : principal.value().value().account->memberships) {
      marks += each.is_disabled ? 'd' : '-';
    }
    return marks;
  };
  EXPECT_EQ(disabled(), "-");
  ASSERT_TRUE(put(directory::Standing::disabled));
  EXPECT_EQ(disabled(), "d");
  ASSERT_TRUE(join(store_, other, user, directory::Role::MEMBER));
  EXPECT_EQ(disabled(), "d-");
  open_->reopen();
  EXPECT_EQ(disabled(), "d-");
  ASSERT_TRUE(put(directory::Standing::enabled));
  EXPECT_EQ(disabled(), "--");
  // Who joins while it is disabled is told as well.
  ASSERT_TRUE(change(open_->store(), {.action = directory::SetOrganizationStanding{
                                          other, directory::Standing::disabled}}));
  const UserId late = make_user(open_->store(), "late@example.com");
  ASSERT_TRUE(
      change(open_->store(), {.action = directory::CreateApiKey{make_api_key(late, "late")}}));
  ASSERT_TRUE(join(open_->store(), other, late, directory::Role::MEMBER));
  const auto joined = await<Result<std::optional<directory::Principal>>>(
      [&](auto reply) { open_->store().find_principal(sha256("late"), reply); });
  EXPECT_TRUE(joined.value().value().account->memberships.at(0).is_disabled);
}

INSTANTIATE_TEST_SUITE_P(Stores, StandingOf, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::standing_test
