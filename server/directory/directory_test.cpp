// SPDX-License-Identifier: Apache-2.0
// How a directory that follows another one shares what is in it. The rules are tested through the
// stores (tests/store_conformance).
#include "server/directory/directory.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"

namespace farthing::directory::directory_test {

Id128 id_of(std::uint8_t number) {
  Id128 id;
  id.bytes[15] = number;
  return id;
}

class DirectoryTest : public ::testing::Test {
 protected:
  DirectoryTest() {
    for (const DirectoryRecord& record : records()) source_.apply(record);
  }

  std::vector<DirectoryRecord> records() const {
    return {user_, organization_, Membership{organization_.id, user_.id, Role::OWNER}, key_};
  }

  const User user_{.id = {id_of(1)}, .email = "ada@example.com"};
  const Organization organization_{.id = {id_of(2)}, .name = "Acme"};
  const ApiKey key_{.id = {id_of(3)}, .user = user_.id, .secret_digest = sha256("secret")};
  Directory source_;
};

TEST_F(DirectoryTest, FollowingSharesTheRecords) {
  Directory follower;
  for (const DirectoryRecord& record : records()) follower.follow(record, source_);
  const auto ours = source_.find_principal(sha256("secret"));
  const auto theirs = follower.find_principal(sha256("secret"));
  ASSERT_TRUE(ours && theirs);
  EXPECT_EQ(ours->key, theirs->key);
  EXPECT_EQ(ours->account, theirs->account);
}

TEST_F(DirectoryTest, FollowingAllGivesTheSame) {
  Directory follower;
  follower.follow_all(source_);
  const auto theirs = follower.find_principal(sha256("secret"));
  ASSERT_TRUE(theirs);
  EXPECT_EQ(theirs->account, source_.find_principal(sha256("secret"))->account);
  EXPECT_EQ(follower.list_members(organization_.id, {}).records.size(), 1U);
  EXPECT_EQ(follower.list_api_keys(user_.id, {}).records.size(), 1U);
  EXPECT_NE(follower.find_account_by_email("ADA@EXAMPLE.COM"), nullptr);
}

// The records of one batch are followed when all of them have been applied to the source.
TEST_F(DirectoryTest, FollowsWhatHasChangedAgainSince) {
  Organization disabled = organization_;
  disabled.disabled_at = Instant::from_us(1);
  const Organization other{.id = {id_of(4)}, .name = "Other"};
  User known = user_;
  known.name = "Ada";
  const MembershipEnd end{organization_.id, user_.id};
  const std::vector<std::vector<DirectoryRecord>> batches = {
      {disabled, disabled, end},
      {known, disabled, end},
      {other, Membership{other.id, user_.id, Role::MEMBER}, disabled, end},
      {end, disabled, Membership{organization_.id, user_.id, Role::MEMBER}, disabled},
  };
  for (const auto& batch : batches) {
    Directory source;
    for (const DirectoryRecord& record : records()) source.apply(record);
    Directory follower;
    follower.follow_all(source);
    for (const DirectoryRecord& record : batch) source.apply(record);
    for (const DirectoryRecord& record : batch) follower.follow(record, source);
    EXPECT_EQ(follower.find_account(user_.id), source.find_account(user_.id));
    EXPECT_EQ(follower.list_members(organization_.id, {}).records.size(),
              source.list_members(organization_.id, {}).records.size());
  }
}

TEST_F(DirectoryTest, AChangeOfTheSourceIsNotSeenUntilItIsFollowed) {
  Directory follower;
  follower.follow_all(source_);
  ApiKey changed = key_;
  changed.secret_digest = sha256("another");
  source_.apply(changed);
  EXPECT_TRUE(follower.find_principal(sha256("secret")));
  follower.follow(changed, source_);
  EXPECT_FALSE(follower.find_principal(sha256("secret")));
  EXPECT_TRUE(follower.find_principal(sha256("another")));
}

TEST_F(DirectoryTest, ANewNameOfAnOrganizationShowsInItsMembersAccounts) {
  Organization renamed = organization_;
  renamed.name = "Acme & Sons";
  source_.apply(renamed);
  EXPECT_EQ(source_.find_account(user_.id)->memberships.at(0).name, "Acme & Sons");
  EXPECT_EQ(source_.find_principal(sha256("secret"))->account->memberships.at(0).name,
            "Acme & Sons");
}

TEST_F(DirectoryTest, AnOldEmailIsFreeAgain) {
  User moved = user_;
  moved.email = "lovelace@example.com";
  source_.apply(moved);
  EXPECT_EQ(source_.find_account_by_email("ada@example.com"), nullptr);
  EXPECT_NE(source_.find_account_by_email("lovelace@example.com"), nullptr);
}

// A journal that is read anew may have the records of a moment that is past.
TEST_F(DirectoryTest, TheEmailOfAnErasedUserIsFree) {
  User erased = user_;
  erased.email.reset();
  erased.erased_at = Instant::from_us(1);
  source_.apply(erased);
  EXPECT_EQ(source_.find_account_by_email("ada@example.com"), nullptr);
  const User other{.id = {id_of(5)}, .email = "Ada@example.com"};
  source_.apply(other);
  source_.apply(erased);
  ASSERT_NE(source_.find_account_by_email("ada@example.com"), nullptr);
  source_.apply(user_);
  source_.apply(other);
  source_.apply(erased);
  ASSERT_NE(source_.find_account_by_email("ada@example.com"), nullptr);
  EXPECT_EQ(source_.find_account_by_email("ada@example.com")->user.id, other.id);
}

}  // namespace farthing::directory::directory_test
