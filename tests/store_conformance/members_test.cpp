// SPDX-License-Identifier: Apache-2.0
// Who joins, leaves, and must stay; and who may still say so when it is decided.
#include <atomic>
#include <thread>

#include "base/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::members_test {

class Members : public StoreTest {
 protected:
  Result<directory::DirectoryOutcome> add(std::string email,
                                          directory::Role role = directory::Role::MEMBER) {
    return change(
        store_,
        {.action = directory::AddMembership{
             .organization = organization_, .user = {}, .email = std::move(email), .role = role}});
  }
  Result<directory::DirectoryOutcome> remove(UserId user) {
    return change(store_, {.action = directory::RemoveMembership{organization_, user}});
  }
  std::vector<directory::Member> members() {
    return await<Result<Page<directory::Member>>>(
               [&](auto reply) { store_.list_members(organization_, {}, reply); })
        .value()
        .records;
  }
  std::optional<OrganizationId> default_of(UserId user) {
    return await<Result<directory::User>>([&](auto reply) { store_.read_user(user, reply); })
        .value()
        .default_organization;
  }
  // A key of the user's.
  directory::ApiKey make_key(UserId user, std::string_view secret) {
    const directory::ApiKey key = make_api_key(user, secret);
    EXPECT_TRUE(change(store_, {.action = directory::CreateApiKey{key}}));
    return key;
  }

  OrganizationId organization_ = make_organization(store_);
  UserId ada_ = make_user(store_, "Ada@example.com");
  UserId grace_ = make_user(store_, "grace@example.com");
};

TEST_P(Members, AreAddedByEmailOrId) {
  const auto added = add("aDA@example.COM", directory::Role::ACCOUNTANT);
  ASSERT_TRUE(added);
  const directory::Member& member = std::get<directory::Member>(added->record);
  EXPECT_EQ(member.membership.user, ada_);
  EXPECT_EQ(member.membership.role, directory::Role::ACCOUNTANT);
  EXPECT_TRUE(member.is_default);
  const auto by_id = change(
      store_, {.action = directory::AddMembership{.organization = organization_, .user = grace_}});
  ASSERT_TRUE(by_id);
  EXPECT_EQ(members().size(), 2U);

  const auto again = add("ada@example.com", directory::Role::OWNER);
  EXPECT_EQ(name_of(again), "already_exists");
  EXPECT_EQ(again.error().field, "email");
  EXPECT_EQ(members()[0].membership.role, directory::Role::ACCOUNTANT);
  const auto nobody = add("nobody@example.com");
  EXPECT_EQ(name_of(nobody), "not_found");
  EXPECT_EQ(nobody.error().field, "email");
}

TEST_P(Members, ThatAreRemovedAreGoneAndMayComeBack) {
  ASSERT_TRUE(join(store_, organization_, ada_, directory::Role::OWNER));
  ASSERT_TRUE(join(store_, organization_, grace_, directory::Role::ACCOUNTANT));
  const auto removed = remove(grace_);
  ASSERT_TRUE(removed);
  EXPECT_EQ(std::get<directory::Member>(removed->record).membership.role,
            directory::Role::ACCOUNTANT);
  EXPECT_EQ(name_of(remove(grace_)), "not_found");
  open_->reopen();
  Store& store = open_->store();
  const auto page = await<Result<Page<directory::Member>>>(
      [&](auto reply) { store.list_members(organization_, {}, reply); });
  ASSERT_TRUE(page);
  ASSERT_EQ(page->records.size(), 1U);
  EXPECT_EQ(page->records[0].membership.user, ada_);
  ASSERT_TRUE(join(store, organization_, grace_));
}

TEST_P(Members, TheLastOwnerStays) {
  ASSERT_TRUE(join(store_, organization_, ada_, directory::Role::OWNER));
  ASSERT_TRUE(join(store_, organization_, grace_));
  EXPECT_EQ(name_of(remove(ada_)), "last_owner");
  EXPECT_EQ(name_of(join(store_, organization_, ada_, directory::Role::MEMBER)), "last_owner");
  ASSERT_TRUE(join(store_, organization_, ada_, directory::Role::OWNER)) << "which changes nothing";
  ASSERT_TRUE(join(store_, organization_, grace_, directory::Role::OWNER));
  ASSERT_TRUE(join(store_, organization_, ada_, directory::Role::ACCOUNTANT));
  EXPECT_EQ(name_of(remove(grace_)), "last_owner");
  ASSERT_TRUE(remove(ada_));
}

// An owner who cannot act keeps nobody from being locked out.
TEST_P(Members, AnOwnerWhoIsDisabledIsNoOtherOwner) {
  ASSERT_TRUE(join(store_, organization_, ada_, directory::Role::OWNER));
  ASSERT_TRUE(join(store_, organization_, grace_, directory::Role::OWNER));
  ASSERT_TRUE(change(
      store_, {.action = directory::SetUserStanding{grace_, directory::Standing::disabled}}));
  EXPECT_EQ(name_of(remove(ada_)), "last_owner");
  EXPECT_EQ(name_of(join(store_, organization_, ada_, directory::Role::ACCOUNTANT)), "last_owner");
  open_->reopen();
  Store& store = open_->store();
  EXPECT_EQ(name_of(change(store, {.action = directory::RemoveMembership{organization_, ada_}})),
            "last_owner");
  ASSERT_TRUE(
      change(store, {.action = directory::SetUserStanding{grace_, directory::Standing::enabled}}));
  EXPECT_EQ(name_of(join(store, organization_, ada_, directory::Role::ACCOUNTANT)), "ok");
  // The operator may disable whom they must.
  ASSERT_TRUE(
      change(store, {.action = directory::SetUserStanding{grace_, directory::Standing::disabled}}));
  EXPECT_EQ(name_of(change(store, {.action = directory::RemoveMembership{organization_, grace_}})),
            "last_owner");
  ASSERT_TRUE(join(store, organization_, ada_, directory::Role::OWNER));
  EXPECT_EQ(name_of(change(store, {.action = directory::RemoveMembership{organization_, grace_}})),
            "ok");
}

// Nobody else is to pay for what a user asks for who was removed.
TEST_P(Members, WhoLeavesTheirDefaultHasNoneUntilOneIsChosen) {
  const OrganizationId second = make_organization(store_);
  const OrganizationId third = make_organization(store_);
  ASSERT_TRUE(join(store_, organization_, ada_));
  ASSERT_TRUE(join(store_, second, ada_));
  EXPECT_EQ(default_of(ada_), organization_);
  ASSERT_TRUE(remove(ada_));
  EXPECT_FALSE(default_of(ada_));

  const auto joined = join(store_, third, ada_);
  ASSERT_TRUE(joined);
  EXPECT_FALSE(std::get<directory::Member>(joined->record).is_default)
      << "there are others to choose from";
  ASSERT_TRUE(join(store_, third, ada_, directory::Role::OWNER));
  EXPECT_FALSE(default_of(ada_));
  ASSERT_TRUE(join(store_, organization_, ada_));
  EXPECT_FALSE(default_of(ada_)) << "coming back chooses nothing";

  ASSERT_TRUE(change(store_, {.action = directory::SetDefaultOrganization{ada_, second}}));
  ASSERT_TRUE(change(store_, {.action = directory::RemoveMembership{organization_, ada_}}));
  EXPECT_EQ(default_of(ada_), second);
}

TEST_P(Members, WhoLeavesTheirLastGetsTheNextOneAsDefault) {
  const OrganizationId second = make_organization(store_);
  ASSERT_TRUE(join(store_, organization_, ada_));
  ASSERT_TRUE(remove(ada_));
  EXPECT_FALSE(default_of(ada_));
  ASSERT_TRUE(join(store_, second, ada_));
  EXPECT_EQ(default_of(ada_), second);
}

// Of two organizations one is left: as the only one it is not the default before it is chosen.
TEST_P(Members, TheOnlyOneLeftIsNoDefaultByItself) {
  const OrganizationId second = make_organization(store_);
  ASSERT_TRUE(join(store_, organization_, ada_));
  ASSERT_TRUE(join(store_, second, ada_));
  ASSERT_TRUE(remove(ada_));
  ASSERT_TRUE(join(store_, second, ada_, directory::Role::OWNER));
  EXPECT_FALSE(default_of(ada_)) << "a role is no membership given";
}

TEST_P(Members, AnOwnerMustStillBeOneWhenItIsDecided) {
  ASSERT_TRUE(join(store_, organization_, ada_, directory::Role::OWNER));
  ASSERT_TRUE(join(store_, organization_, grace_, directory::Role::OWNER));
  const directory::DirectoryOrigin adas = asked_by(make_key(ada_, "ada"), "ada");
  const directory::DirectoryOrigin graces = asked_by(make_key(grace_, "grace"), "grace");
  ASSERT_TRUE(change(store_, {graces, directory::PutMembership{
                                          {organization_, ada_, directory::Role::ACCOUNTANT}}}));
  EXPECT_EQ(name_of(change(store_, {adas, directory::PutMembership{{organization_, grace_,
                                                                    directory::Role::MEMBER}}})),
            "permission_denied");
  EXPECT_EQ(members()[1].membership.role, directory::Role::OWNER);
}

// Whoever comes first, one of the two stays.
TEST_P(Members, TwoOwnersCannotDemoteEachOtherAtOnce) {
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE(join(store_, organization_, ada_, directory::Role::OWNER));
    ASSERT_TRUE(join(store_, organization_, grace_, directory::Role::OWNER));
    std::atomic<int> demoted = 0;
    {
      std::vector<std::jthread> threads;
      for (const UserId user : {ada_, grace_}) {
        threads.emplace_back([&, user] {
          const auto done = round % 2 == 0
                                ? join(store_, organization_, user, directory::Role::MEMBER)
                                : remove(user);
          if (done) {
            ++demoted;
          } else {
            EXPECT_EQ(name_of(done), "last_owner");
          }
        });
      }
    }
    EXPECT_EQ(demoted, 1) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, Members, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::members_test
