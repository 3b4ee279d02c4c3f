// SPDX-License-Identifier: Apache-2.0
// Users, organizations, memberships and API keys: what is refused, what is remembered, what is
// seen.
#include "tests/store_conformance/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing {
namespace {

class DirectoryOf : public StoreTest {
 protected:
  // A command under an idempotency key. Requests with the same `value` are the same request.
  template <class Action>
  DirectoryCommand under_key(std::string key, std::uint8_t value, Action action) const {
    return {.origin = asked_by(admin_, "admin", std::move(key), value),
            .action = std::move(action)};
  }
  std::optional<Principal> find(std::string_view secret) {
    return await<Result<std::optional<Principal>>>(
               [&](auto reply) { store_.find_principal(sha256(secret), reply); })
        .value();
  }
  User read_user(UserId id) {
    return await<Result<User>>([&](auto reply) { store_.read_user(id, reply); }).value();
  }

  const ApiKey admin_ = make_admin_key(store_, "admin");
  UserId user_ = make_user(store_, "Ada@Example.com");
  OrganizationId organization_ = make_organization(store_);
};

TEST_P(DirectoryOf, RefusesWithANameAndAField) {
  const UserId nobody{numbered_id(1)};
  const OrganizationId nothing{numbered_id(2)};
  const ApiKeyId no_key{numbered_id(3)};
  const User other{.id = {numbered_id(4)}, .email = "aDA@eXAMPLE.COM"};
  struct Case {
    std::string what;
    DirectoryCommand command;
    std::string name;
    std::string field;
  };
  const std::vector<Case> cases = {
      {"email in another case", {.action = CreateUser{other}}, "already_exists", "email"},
      {"rename nothing", {.action = RenameOrganization{nothing, "x"}}, "not_found", "organization"},
      {"member nobody", {.action = PutMembership{{organization_, nobody}}}, "not_found", "user"},
      {"member of nothing",
       {.action = PutMembership{{nothing, user_}}},
       "not_found",
       "organization"},
      {"remove of nothing",
       {.action = RemoveMembership{nothing, user_}},
       "not_found",
       "organization"},
      {"remove nobody", {.action = RemoveMembership{organization_, nobody}}, "not_found", "user"},
      {"remove no member", {.action = RemoveMembership{organization_, user_}}, "not_found", "user"},
      {"disable nobody", {.action = SetUserStanding{nobody}}, "not_found", "user"},
      {"disable nothing",
       {.action = SetOrganizationStanding{nothing}},
       "not_found",
       "organization"},
      {"default of nobody",
       {.action = SetDefaultOrganization{nobody, organization_}},
       "not_found",
       "user"},
      {"default without membership",
       {.action = SetDefaultOrganization{user_, organization_}},
       "conflict",
       "organization"},
      {"key of nobody", {.action = CreateApiKey{make_api_key(nobody, "x")}}, "not_found", "user"},
      {"revoke nothing", {.action = RevokeApiKey{no_key}}, "not_found", "api_key"},
  };
  for (const Case& each : cases) {
    const auto refused = change(store_, each.command);
    ASSERT_EQ(name_of(refused), each.name) << each.what;
    EXPECT_EQ(refused.error().field, each.field) << each.what;
  }
  EXPECT_FALSE(find("x"));
}

TEST_P(DirectoryOf, TheFirstOrganizationJoinedBecomesTheDefault) {
  const OrganizationId second = make_organization(store_);
  const auto first_joined = join(store_, organization_, user_, Role::OWNER);
  ASSERT_TRUE(first_joined);
  EXPECT_TRUE(std::get<Member>(first_joined->record).is_default);
  EXPECT_EQ(std::get<Member>(first_joined->record).email, "Ada@Example.com");
  const auto second_joined = join(store_, second, user_);
  ASSERT_TRUE(second_joined);
  EXPECT_FALSE(std::get<Member>(second_joined->record).is_default);
  EXPECT_EQ(read_user(user_).default_organization, organization_);

  ASSERT_TRUE(change(store_, {.action = SetDefaultOrganization{user_, second}}));
  EXPECT_EQ(read_user(user_).default_organization, second);
}

TEST_P(DirectoryOf, AKeyShowsItsUsersAccount) {
  ASSERT_TRUE(change(store_, {.action = CreateApiKey{make_api_key(user_, "secret")}}));
  EXPECT_FALSE(find("another"));
  ASSERT_TRUE(find("secret"));
  EXPECT_TRUE(find("secret")->account->memberships.empty());

  const OrganizationId second = make_organization(store_);
  ASSERT_TRUE(join(store_, second, user_, Role::MEMBER));
  ASSERT_TRUE(join(store_, organization_, user_, Role::OWNER));
  const auto principal = find("secret");
  ASSERT_TRUE(principal);
  const Account& account = *principal->account;
  EXPECT_EQ(account.user.email, "Ada@Example.com");
  ASSERT_EQ(account.memberships.size(), 2U);
  EXPECT_EQ(account.memberships[0].organization, organization_);
  EXPECT_EQ(account.memberships[0].name, "Acme");
  EXPECT_EQ(account.memberships[0].role, Role::OWNER);
  EXPECT_FALSE(account.memberships[0].is_default);
  EXPECT_TRUE(account.memberships[1].is_default);

  ASSERT_TRUE(join(store_, organization_, make_user(store_, "grace@example.com"), Role::OWNER));
  ASSERT_TRUE(join(store_, organization_, user_, Role::ACCOUNTANT));
  ASSERT_EQ(find("secret")->account->memberships.size(), 2U);
  EXPECT_EQ(find("secret")->account->memberships[0].role, Role::ACCOUNTANT);
}

TEST_P(DirectoryOf, AnOrganizationIsRenamedForItsMembersToo) {
  ASSERT_TRUE(change(store_, {.action = CreateApiKey{make_api_key(user_, "secret")}}));
  ASSERT_TRUE(join(store_, organization_, user_));
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "10")));
  const auto renamed = change(store_, under_key("k", 1, RenameOrganization{organization_, "New"}));
  ASSERT_TRUE(renamed);
  EXPECT_EQ(std::get<Organization>(renamed->record).name, "New");
  const auto read = await<Result<Organization>>(
      [&](auto reply) { store_.read_organization(organization_, reply); });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "New");
  EXPECT_EQ(find("secret")->account->memberships.at(0).name, "New");
  EXPECT_EQ(available(store_, organization_), "10");

  ASSERT_TRUE(change(store_, {.action = RenameOrganization{organization_, "Newer"}}));
  const auto again = change(store_, under_key("k", 1, RenameOrganization{organization_, "New"}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(find("secret")->account->memberships.at(0).name, "Newer");
}

TEST_P(DirectoryOf, ARevokedKeyStaysRevokedAtItsFirstInstant) {
  const ApiKey key = make_api_key(user_, "secret");
  ASSERT_TRUE(change(store_, {.action = CreateApiKey{key}}));
  ASSERT_TRUE(change(store_, {.action = RevokeApiKey{key.id}}));
  clock_.advance(std::chrono::seconds(1));
  const auto again = change(store_, {.action = RevokeApiKey{key.id}});
  ASSERT_TRUE(again);
  EXPECT_EQ(std::get<ApiKey>(again->record).revoked_at, kStart);
  EXPECT_EQ(find("secret")->key->revoked_at, kStart);
}

TEST_P(DirectoryOf, ACreationIsAnsweredAgainUnderItsKey) {
  const User grace{.id = {numbered_id(11)}, .email = "grace@example.com"};
  const User second_id{.id = {numbered_id(12)}, .email = "grace@example.com"};
  ASSERT_TRUE(change(store_, under_key("k", 1, CreateUser{grace})));
  ASSERT_TRUE(join(store_, organization_, grace.id));
  const auto again = change(store_, under_key("k", 1, CreateUser{second_id}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(std::get<User>(again->record).id, grace.id);
  EXPECT_FALSE(std::get<User>(again->record).default_organization) << "the first answer, as it was";
  EXPECT_EQ(name_of(change(store_, under_key("k", 2, CreateUser{second_id}))),
            "idempotency_key_reused");
}

TEST_P(DirectoryOf, ARefusedChangeIsNotRemembered) {
  const User same_email{.id = {numbered_id(11)}, .email = "ada@example.com"};
  const User other_email{.id = {numbered_id(11)}, .email = "other@example.com"};
  EXPECT_EQ(name_of(change(store_, under_key("k", 1, CreateUser{same_email}))), "already_exists");
  const auto made = change(store_, under_key("k", 2, CreateUser{other_email}));
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->is_replayed);
}

TEST_P(DirectoryOf, ARepeatedKeyCreationReplacesTheLostSecret) {
  const ApiKey lost = make_api_key(user_, "lost");
  ApiKey replacement = make_api_key(user_, "replacement");
  replacement.hint = "sk-9999...wxyz";
  ASSERT_TRUE(change(store_, under_key("k", 1, CreateApiKey{lost})));
  const auto again = change(store_, under_key("k", 1, CreateApiKey{replacement}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(std::get<ApiKey>(again->record).id, lost.id);
  EXPECT_EQ(std::get<ApiKey>(again->record).hint, "sk-9999...wxyz");
  EXPECT_FALSE(find("lost"));
  ASSERT_TRUE(find("replacement"));
  EXPECT_EQ(find("replacement")->key->id, lost.id);
}

TEST_P(DirectoryOf, ARepeatedCreationOfARevokedKeyIsRefused) {
  const ApiKey key = make_api_key(user_, "first");
  ASSERT_TRUE(change(store_, under_key("k", 1, CreateApiKey{key})));
  ASSERT_TRUE(change(store_, {.action = RevokeApiKey{key.id}}));
  const auto again = change(store_, under_key("k", 1, CreateApiKey{make_api_key(user_, "second")}));
  ASSERT_EQ(name_of(again), "conflict");
  EXPECT_EQ(again.error().field, "Idempotency-Key");
  EXPECT_FALSE(find("second"));
  EXPECT_TRUE(find("first")->key->revoked_at);
}

TEST_P(DirectoryOf, WhatIsNotThereIsNotFound) {
  const Id128 nothing = numbered_id(1);
  const auto names = [&]() -> std::vector<std::string> {
    return {
        name_of(await<Result<User>>([&](auto r) { store_.read_user({nothing}, r); })),
        name_of(
            await<Result<Organization>>([&](auto r) { store_.read_organization({nothing}, r); })),
        name_of(await<Result<ApiKey>>([&](auto r) { store_.read_api_key({nothing}, r); })),
        name_of(await<Result<GrantStatus>>([&](auto r) {
          store_.read_grant({organization_, nothing}, r);
        })),
        name_of(
            await<Result<Page<Member>>>([&](auto r) { store_.list_members({nothing}, {}, r); })),
        name_of(await<Result<Page<GrantStatus>>>(
            [&](auto r) { store_.list_grants({nothing}, {}, r); })),
        name_of(await<Result<Page<ChargeStatus>>>(
            [&](auto r) { store_.list_charges({nothing}, {}, r); })),
    };
  };
  for (const std::string& name : names()) EXPECT_EQ(name, "not_found");
}

INSTANTIATE_TEST_SUITE_P(Stores, DirectoryOf, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace
}  // namespace farthing::store::testing
