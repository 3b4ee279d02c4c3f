// SPDX-License-Identifier: Apache-2.0
#include "verify/act_replay.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace farthing::verify::act_replay_test {

const std::string kUser = "user-1";
const OrganizationId kOrganization{Id128{.bytes = {1}}};
const std::string kOrganizationName = kOrganization.to_string();
const std::string kMember = ActReplay::name_of_membership(kOrganizationName, kUser);

Act act(std::string kind, std::string target, std::vector<ActChange> changes) {
  return {.at = Instant::from_us(5),
          .kind = std::move(kind),
          .target = std::move(target),
          .changes = std::move(changes)};
}
Act member_act(std::string kind, std::vector<ActChange> changes) {
  Act made = act(std::move(kind), kUser, std::move(changes));
  made.organization = kOrganization.value;
  return made;
}

std::string found(const Check& check) { return check ? check->what + ": " + check->found : ""; }

class ActReplayTest : public ::testing::Test {
 protected:
  const ActReplay::Thing& thing(const std::string& name) const { return replay_.things().at(name); }

  ActReplay replay_;
};

TEST_F(ActReplayTest, KeepsTheLastValueOfEveryField) {
  EXPECT_FALSE(replay_.begins_at());
  EXPECT_FALSE(replay_.next(
      act("user.create", kUser, {{.field = "email", .before = {}, .after = "a@b.example"}})));
  EXPECT_FALSE(replay_.next(
      act("user.disable", kUser, {{.field = "disabled_at", .before = {}, .after = "t"}})));
  EXPECT_FALSE(replay_.next(
      act("user.enable", kUser, {{.field = "disabled_at", .before = "t", .after = {}}})));
  EXPECT_EQ(thing(kUser).fields,
            (ActReplay::Fields{{"email", "a@b.example"}, {"disabled_at", std::nullopt}}));
  EXPECT_TRUE(replay_.has_made(kUser));
  EXPECT_EQ(replay_.begins_at(), Instant::from_us(5));
}

TEST_F(ActReplayTest, TellsMembershipsFromUsers) {
  EXPECT_FALSE(replay_.next(
      member_act("member.add", {{.field = "role", .before = {}, .after = "MEMBER"},
                                {.field = "default_organization", .before = {}, .after = "org"}})));
  EXPECT_EQ(thing(kMember).fields, (ActReplay::Fields{{"role", "MEMBER"}}));
  EXPECT_TRUE(replay_.has_made(kMember));
  EXPECT_EQ(thing(kUser).fields, (ActReplay::Fields{{"default_organization", "org"}}));
  EXPECT_FALSE(replay_.has_made(kUser));
  EXPECT_FALSE(replay_.next(
      member_act("member.change_role", {{.field = "role", .before = "MEMBER", .after = "OWNER"}})));
  EXPECT_TRUE(thing(kMember).is_there);
  EXPECT_FALSE(replay_.next(
      member_act("member.remove", {{.field = "role", .before = "OWNER", .after = {}}})));
  EXPECT_FALSE(thing(kMember).is_there);
  EXPECT_FALSE(
      replay_.next(member_act("member.add", {{.field = "role", .before = {}, .after = "MEMBER"}})));
  EXPECT_TRUE(thing(kMember).is_there);
}

TEST_F(ActReplayTest, KnowsTheScopeServiceByItsFirstName) {
  EXPECT_FALSE(replay_.next(
      act("api_key.create", "key", {{.field = "scopes", .before = {}, .after = "user meter"}})));
  EXPECT_EQ(thing("key").fields, (ActReplay::Fields{{"scopes", "user service"}}));
  EXPECT_FALSE(replay_.next(act(
      "api_key.change", "key", {{.field = "scopes", .before = "user service", .after = "meter"}})));
  EXPECT_FALSE(replay_.next(
      act("api_key.change", "key", {{.field = "scopes", .before = "meter", .after = "admin"}})));
  EXPECT_TRUE(thing("key").may_have_had("scopes", "service"));
  EXPECT_EQ(found(replay_.next(act("api_key.change", "key",
                                   {{.field = "scopes", .before = "meter", .after = "user"}}))),
            "scopes before it: meter");
}

TEST_F(ActReplayTest, FindsAValueThatNoActHasLeft) {
  EXPECT_FALSE(replay_.next(
      act("organization.create", "org", {{.field = "name", .before = {}, .after = "A"}})));
  EXPECT_EQ(found(replay_.next(act("organization.rename", "org",
                                   {{.field = "name", .before = "B", .after = "C"}}))),
            "name before it: B");
  EXPECT_EQ(found(replay_.next(act("organization.disable", "org",
                                   {{.field = "disabled_at", .before = "t", .after = "u"}}))),
            "disabled_at before it: t");
}

// What was there before the log is known from the first act about it.
TEST_F(ActReplayTest, LearnsWhatWasThereBefore) {
  EXPECT_FALSE(replay_.next(
      act("organization.rename", "org", {{.field = "name", .before = "B", .after = "C"}})));
  EXPECT_FALSE(replay_.has_made("org"));
  EXPECT_EQ(found(replay_.next(act("organization.rename", "org",
                                   {{.field = "name", .before = "B", .after = "D"}}))),
            "name before it: B");
}

TEST_F(ActReplayTest, ARepeatedMakingOfAKeyIsNoMaking) {
  EXPECT_FALSE(
      replay_.next(act("api_key.create", "key", {{.field = "hint", .before = "a", .after = "b"}})));
  EXPECT_FALSE(replay_.has_made("key"));
}

// An earlier version has made the key, and told of no check.
TEST_F(ActReplayTest, LearnsTheCheckOfASecret) {
  EXPECT_FALSE(
      replay_.next(act("api_key.create", "key", {{.field = "hint", .before = {}, .after = "a"}})));
  EXPECT_FALSE(thing("key").knows("secret_check"));
  EXPECT_FALSE(replay_.next(
      act("api_key.rotate", "key", {{.field = "secret_check", .before = "b", .after = "c"}})));
  EXPECT_TRUE(thing("key").knows("secret_check"));
  EXPECT_EQ(found(replay_.next(act("api_key.rotate", "key",
                                   {{.field = "secret_check", .before = "b", .after = "d"}}))),
            "secret_check before it: b");
}

// A change whose values were erased, of which digests are left.
ActChange erased_change(std::string field, bool has_before, bool has_after) {
  ActChange change{.field = std::move(field), .before = {}, .after = {}};
  if (has_before) change.before_digest = sha256("before");
  if (has_after) change.after_digest = sha256("after");
  return change;
}

class ErasedActs : public ActReplayTest {
 protected:
  void SetUp() override {
    ASSERT_FALSE(replay_.next(act(
        "user.create", kUser,
        {erased_change("email", false, true), {.field = "name", .before = {}, .after = "Ada"}})));
  }
};

TEST_F(ErasedActs, AValueThatWasErasedIsNotKnown) {
  EXPECT_TRUE(replay_.has_made(kUser));
  EXPECT_FALSE(thing(kUser).knows("email"));
  EXPECT_TRUE(thing(kUser).erased.contains("email"));
  EXPECT_TRUE(thing(kUser).knows("profile_picture"));
}

TEST_F(ErasedActs, ButWhetherThereWasOneIs) {
  EXPECT_EQ(found(replay_.next(
                act("user.enable", kUser, {{.field = "email", .before = {}, .after = "b"}}))),
            "email before it: none");
  EXPECT_EQ(found(replay_.next(
                act("user.enable", kUser, {erased_change("profile_picture", true, false)}))),
            "profile_picture before it: a value that was erased");
  // A text and a digest cannot be compared.
  EXPECT_FALSE(replay_.next(act("user.enable", kUser, {erased_change("name", true, true)})));
  EXPECT_FALSE(
      replay_.next(act("user.enable", kUser, {{.field = "email", .before = "a", .after = "b"}})));
  EXPECT_FALSE(thing(kUser).erased.contains("email"));
  EXPECT_EQ(found(replay_.next(
                act("user.enable", kUser, {{.field = "email", .before = "a", .after = "c"}}))),
            "email before it: a");
}

TEST_F(ErasedActs, AnErasureLeavesNoPersonAndEndsTheKeys) {
  for (const char* key : {"key-1", "key-2", "key-3"}) {
    ASSERT_FALSE(
        replay_.next(act("api_key.create", key, {{.field = "hint", .before = {}, .after = "h"}})));
  }
  ASSERT_FALSE(replay_.next(
      act("api_key.revoke", "key-3", {{.field = "revoked_at", .before = {}, .after = "s"}})));
  const std::vector<ActChange> changes = {{.field = "email", .before = {}, .after = {}},
                                          {.field = "disabled_at", .before = {}, .after = "t"},
                                          {.field = "erased_at", .before = {}, .after = "t"},
                                          {.field = "api_key", .before = "key-1", .after = {}},
                                          {.field = "api_key", .before = "key-2", .after = {}}};
  ASSERT_FALSE(replay_.next(act("user.erase", kUser, changes)));
  EXPECT_EQ(thing(kUser).fields, (ActReplay::Fields{{"email", std::nullopt},
                                                    {"name", std::nullopt},
                                                    {"profile_picture", std::nullopt},
                                                    {"disabled_at", "t"},
                                                    {"erased_at", "t"}}));
  EXPECT_TRUE(thing(kUser).erased.empty());
  EXPECT_EQ(thing("key-1").fields.at("revoked_at"), "t");
  EXPECT_EQ(thing("key-2").fields.at("revoked_at"), "t");
  EXPECT_EQ(thing("key-3").fields.at("revoked_at"), "s");
  EXPECT_EQ(found(replay_.next(act("user.erase", kUser, {changes.back()}))),
            "revoked_at before it: none");
}

TEST_F(ActReplayTest, FindsAKindThatItDoesNotKnow) {
  EXPECT_EQ(found(replay_.next(act("user.promote", kUser, {}))), "the kind: user.promote");
  EXPECT_FALSE(replay_.next(act("grant.create", "grant-1", {})));
  EXPECT_TRUE(replay_.things().empty());
}

}  // namespace farthing::verify::act_replay_test
