// SPDX-License-Identifier: Apache-2.0
// Users, organizations, memberships and API keys: what is refused, what is remembered, what is
// seen.
#include "base/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::directory_conformance_test {

class DirectoryOf : public StoreTest {
 protected:
  // A command under an idempotency key. Requests with the same `value` are the same request.
  template <class Action>
  directory::DirectoryCommand under_key(std::string key, std::uint8_t value, Action action) const {
    return {.origin = asked_by(admin_, "admin", std::move(key), value),
            .action = std::move(action)};
  }
  std::optional<directory::Principal> find(std::string_view secret) {
    return await<Result<std::optional<directory::Principal>>>(
               [&](auto reply) { store_.find_principal(sha256(secret), reply); })
        .value();
  }
  directory::User read_user(UserId id) {
    return await<Result<directory::User>>([&](auto reply) { store_.read_user(id, reply); }).value();
  }

  const directory::ApiKey admin_ = make_admin_key(store_, "admin");
  UserId user_ = make_user(store_, "Ada@Example.com");
  OrganizationId organization_ = make_organization(store_);
};

TEST_P(DirectoryOf, RefusesWithANameAndAField) {
  const UserId nobody{numbered_id(1)};
  const OrganizationId nothing{numbered_id(2)};
  const ApiKeyId no_key{numbered_id(3)};
  const directory::User other{.id = {numbered_id(4)}, .email = "aDA@eXAMPLE.COM"};
  struct Case {
    std::string what;
    directory::DirectoryCommand command;
    std::string name;
    std::string field;
  };
  const std::vector<Case> cases = {
      {"email in another case",
       {.action = directory::CreateUser{other}},
       "already_exists",
       "email"},
      {"rename nothing",
       {.action = directory::RenameOrganization{nothing, "x"}},
       "not_found",
       "organization"},
      {"member nobody",
       {.action = directory::PutMembership{{organization_, nobody}}},
       "not_found",
       "user"},
      {"member of nothing",
       {.action = directory::PutMembership{{nothing, user_}}},
       "not_found",
       "organization"},
      {"remove of nothing",
       {.action = directory::RemoveMembership{nothing, user_}},
       "not_found",
       "organization"},
      {"remove nobody",
       {.action = directory::RemoveMembership{organization_, nobody}},
       "not_found",
       "user"},
      {"remove no member",
       {.action = directory::RemoveMembership{organization_, user_}},
       "not_found",
       "user"},
      {"disable nobody", {.action = directory::SetUserStanding{nobody}}, "not_found", "user"},
      {"disable nothing",
       {.action = directory::SetOrganizationStanding{nothing}},
       "not_found",
       "organization"},
      {"default of nobody",
       {.action = directory::SetDefaultOrganization{nobody, organization_}},
       "not_found",
       "user"},
      {"default without membership",
       {.action = directory::SetDefaultOrganization{user_, organization_}},
       "conflict",
       "organization"},
      {"key of nobody",
       {.action = directory::CreateApiKey{make_api_key(nobody, "x")}},
       "not_found",
       "user"},
      {"revoke nothing", {.action = directory::RevokeApiKey{no_key}}, "not_found", "api_key"},
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
  const auto first_joined = join(store_, organization_, user_, directory::Role::OWNER);
  ASSERT_TRUE(first_joined);
  EXPECT_TRUE(std::get<directory::Member>(first_joined->record).is_default);
  EXPECT_EQ(std::get<directory::Member>(first_joined->record).email, "Ada@Example.com");
  const auto second_joined = join(store_, second, user_);
  ASSERT_TRUE(second_joined);
  EXPECT_FALSE(std::get<directory::Member>(second_joined->record).is_default);
  EXPECT_EQ(read_user(user_).default_organization, organization_);

  ASSERT_TRUE(change(store_, {.action = directory::SetDefaultOrganization{user_, second}}));
  EXPECT_EQ(read_user(user_).default_organization, second);
}

TEST_P(DirectoryOf, AKeyShowsItsUsersAccount) {
  ASSERT_TRUE(change(store_, {.action = directory::CreateApiKey{make_api_key(user_, "secret")}}));
  EXPECT_FALSE(find("another"));
  ASSERT_TRUE(find("secret"));
  EXPECT_TRUE(find("secret")->account->memberships.empty());

  const OrganizationId second = make_organization(store_);
  ASSERT_TRUE(join(store_, second, user_, directory::Role::MEMBER));
  ASSERT_TRUE(join(store_, organization_, user_, directory::Role::OWNER));
  const auto principal = find("secret");
  ASSERT_TRUE(principal);
  const directory::Account& account = *principal->account;
  EXPECT_EQ(account.user.email, "Ada@Example.com");
  ASSERT_EQ(account.memberships.size(), 2U);
  EXPECT_EQ(account.memberships[0].organization, organization_);
  EXPECT_EQ(account.memberships[0].name, "Acme");
  EXPECT_EQ(account.memberships[0].role, directory::Role::OWNER);
  EXPECT_FALSE(account.memberships[0].is_default);
  EXPECT_TRUE(account.memberships[1].is_default);

  ASSERT_TRUE(
      join(store_, organization_, make_user(store_, "grace@example.com"), directory::Role::OWNER));
  ASSERT_TRUE(join(store_, organization_, user_, directory::Role::ACCOUNTANT));
  ASSERT_EQ(find("secret")->account->memberships.size(), 2U);
  EXPECT_EQ(find("secret")->account->memberships[0].role, directory::Role::ACCOUNTANT);
}

TEST_P(DirectoryOf, AnOrganizationIsRenamedForItsMembersToo) {
  ASSERT_TRUE(change(store_, {.action = directory::CreateApiKey{make_api_key(user_, "secret")}}));
  ASSERT_TRUE(join(store_, organization_, user_));
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "10")));
  const auto renamed =
      change(store_, under_key("k", 1, directory::RenameOrganization{organization_, "New"}));
  ASSERT_TRUE(renamed);
  EXPECT_EQ(std::get<directory::Organization>(renamed->record).name, "New");
  const auto read = await<Result<directory::Organization>>(
      [&](auto reply) { store_.read_organization(organization_, reply); });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "New");
  EXPECT_EQ(find("secret")->account->memberships.at(0).name, "New");
  EXPECT_EQ(available(store_, organization_), "10");

  ASSERT_TRUE(change(store_, {.action = directory::RenameOrganization{organization_, "Newer"}}));
  const auto again =
      change(store_, under_key("k", 1, directory::RenameOrganization{organization_, "New"}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(find("secret")->account->memberships.at(0).name, "Newer");
}

TEST_P(DirectoryOf, ARevokedKeyStaysRevokedAtItsFirstInstant) {
  const directory::ApiKey key = make_api_key(user_, "secret");
  ASSERT_TRUE(change(store_, {.action = directory::CreateApiKey{key}}));
  ASSERT_TRUE(change(store_, {.action = directory::RevokeApiKey{key.id}}));
  clock_.advance(std::chrono::seconds(1));
  const auto again = change(store_, {.action = directory::RevokeApiKey{key.id}});
  ASSERT_TRUE(again);
  EXPECT_EQ(std::get<directory::ApiKey>(again->record).revoked_at, kStart);
  EXPECT_EQ(find("secret")->key->revoked_at, kStart);
}

TEST_P(DirectoryOf, ACreationIsAnsweredAgainUnderItsKey) {
  const directory::User grace{.id = {numbered_id(11)}, .email = "grace@example.com"};
  const directory::User second_id{.id = {numbered_id(12)}, .email = "grace@example.com"};
  ASSERT_TRUE(change(store_, under_key("k", 1, directory::CreateUser{grace})));
  ASSERT_TRUE(join(store_, organization_, grace.id));
  const auto again = change(store_, under_key("k", 1, directory::CreateUser{second_id}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(std::get<directory::User>(again->record).id, grace.id);
  EXPECT_FALSE(std::get<directory::User>(again->record).default_organization)
      << "the first answer, as it was";
  EXPECT_EQ(name_of(change(store_, under_key("k", 2, directory::CreateUser{second_id}))),
            "idempotency_key_reused");
}

TEST_P(DirectoryOf, AnEmailIsOneHoweverItIsTyped) {
  const directory::User typed{.id = {numbered_id(11)}, .email = "Andre\u0301@B\u00fccher.example"};
  const auto made = change(store_, {.action = directory::CreateUser{typed}});
  ASSERT_TRUE(made);
  EXPECT_EQ(std::get<directory::User>(made->record).email, "Andr\u00e9@xn--bcher-kva.example");
  for (const std::string same :
       {"Andre\u0301@B\u00fccher.example", "andr\u00e9@bu\u0308cher.EXAMPLE",
        "ANDR\u00e9@XN--bcher-kva.example"}) {
    const directory::User again{.id = {numbered_id(12)}, .email = same};
    EXPECT_EQ(name_of(change(store_, {.action = directory::CreateUser{again}})), "already_exists")
        << same;
    ASSERT_TRUE(change(store_, {.action =
                                    directory::AddMembership{
                                        .organization = organization_, .user = {}, .email = same}}))
        << same;
    ASSERT_TRUE(change(store_, {.action = directory::RemoveMembership{organization_, typed.id}}));
  }
}

TEST_P(DirectoryOf, ARefusedChangeIsNotRemembered) {
  const directory::User same_email{.id = {numbered_id(11)}, .email = "ada@example.com"};
  const directory::User other_email{.id = {numbered_id(11)}, .email = "other@example.com"};
  EXPECT_EQ(name_of(change(store_, under_key("k", 1, directory::CreateUser{same_email}))),
            "already_exists");
  const auto made = change(store_, under_key("k", 2, directory::CreateUser{other_email}));
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->is_replayed);
}

TEST_P(DirectoryOf, ARepeatedKeyCreationReplacesTheLostSecret) {
  const directory::ApiKey lost = make_api_key(user_, "lost");
  directory::ApiKey replacement = make_api_key(user_, "replacement");
  replacement.hint = "sk-9999...wxyz";
  ASSERT_TRUE(change(store_, under_key("k", 1, directory::CreateApiKey{lost})));
  const auto again = change(store_, under_key("k", 1, directory::CreateApiKey{replacement}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(std::get<directory::ApiKey>(again->record).id, lost.id);
  EXPECT_EQ(std::get<directory::ApiKey>(again->record).hint, "sk-9999...wxyz");
  EXPECT_FALSE(find("lost"));
  ASSERT_TRUE(find("replacement"));
  EXPECT_EQ(find("replacement")->key->id, lost.id);
}

TEST_P(DirectoryOf, ARepeatedCreationOfARevokedKeyIsRefused) {
  const directory::ApiKey key = make_api_key(user_, "first");
  ASSERT_TRUE(change(store_, under_key("k", 1, directory::CreateApiKey{key})));
  ASSERT_TRUE(change(store_, {.action = directory::RevokeApiKey{key.id}}));
  const auto again =
      change(store_, under_key("k", 1, directory::CreateApiKey{make_api_key(user_, "second")}));
  ASSERT_EQ(name_of(again), "conflict");
  EXPECT_EQ(again.error().field, "Idempotency-Key");
  EXPECT_FALSE(find("second"));
  EXPECT_TRUE(find("first")->key->revoked_at);
}

TEST_P(DirectoryOf, WhatIsNotThereIsNotFound) {
  const Id128 nothing = numbered_id(1);
  const auto names = [&]() -> std::vector<std::string> {
    return {
        name_of(await<Result<directory::User>>([&](auto r) { store_.read_user({nothing}, r); })),
        name_of(await<Result<directory::Organization>>(
            [&](auto r) { store_.read_organization({nothing}, r); })),
        name_of(
            await<Result<directory::ApiKey>>([&](auto r) { store_.read_api_key({nothing}, r); })),
        name_of(await<Result<ledger::GrantStatus>>([&](auto r) {
          store_.read_grant({organization_, nothing}, r);
        })),
        name_of(await<Result<Page<directory::Member>>>(
            [&](auto r) { store_.list_members({nothing}, {}, r); })),
        name_of(await<Result<Page<ledger::GrantStatus>>>(
            [&](auto r) { store_.list_grants({nothing}, {}, r); })),
        name_of(await<Result<Page<ledger::ChargeStatus>>>(
            [&](auto r) { store_.list_charges({nothing}, {}, r); })),
    };
  };
  for (const std::string& name : names()) EXPECT_EQ(name, "not_found");
}

INSTANTIATE_TEST_SUITE_P(Stores, DirectoryOf, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::directory_conformance_test
