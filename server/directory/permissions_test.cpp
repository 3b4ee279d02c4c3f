// SPDX-License-Identifier: Apache-2.0
#include "server/directory/permissions.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace farthing::directory::permissions_test {

Id128 numbered(std::uint8_t number) {
  Id128 id;
  id.bytes[15] = number;
  return id;
}

const OrganizationId kOwn{numbered(1)};
const OrganizationId kForeign{numbered(2)};
const UserId kSelf{numbered(3)};
const UserId kOther{numbered(4)};

Principal principal(Scopes scopes, Role role) {
  ApiKey key{.id = {}, .user = kSelf, .hint = {}, .name = {}, .scopes = scopes};
  Account account;
  account.user.id = kSelf;
  account.memberships = {{.organization = kOwn, .name = "Own", .role = role, .is_default = true}};
  return {.key = std::make_shared<const ApiKey>(std::move(key)),
          .account = std::make_shared<const Account>(std::move(account))};
}

struct Case {
  Right right;
  Scopes scopes;
  Role role;
  Target target;
  bool is_allowed;
};

std::string describe(const Case& each) {
  return "right " + std::to_string(static_cast<int>(each.right)) + ", scopes " +
         std::to_string(each.scopes.bits()) + ", " + std::string(to_string(each.role));
}

TEST(Permissions, AreAsTheTableSays) {
  const Target own_other{kOwn, kOther};
  const Target own_self{kOwn, kSelf};
  const Target foreign{kForeign, kSelf};
  const Target no_id{std::nullopt, kSelf};
  for (const Case& each : std::vector<Case>{
           {Right::see_ledger, Scope::user, Role::OWNER, own_other, true},
           {Right::see_ledger, Scope::user, Role::ACCOUNTANT, own_other, true},
           {Right::see_ledger, Scope::user, Role::MEMBER, own_other, false},
           {Right::see_ledger, Scope::user, Role::OWNER, foreign, false},
           {Right::see_ledger, Scope::user, Role::OWNER, no_id, false},
           {Right::see_ledger, Scope::service, Role::OWNER, own_other, false},
           {Right::see_ledger, Scope::admin, Role::MEMBER, foreign, true},
           {Right::see_organization, Scope::user, Role::MEMBER, own_other, true},
           {Right::manage_members, Scope::user, Role::OWNER, own_other, true},
           {Right::manage_members, Scope::user, Role::ACCOUNTANT, own_other, false},
           {Right::manage_members, Scope::user, Role::ACCOUNTANT, own_self, false},
           {Right::remove_member, Scope::user, Role::MEMBER, own_self, true},
           {Right::remove_member, Scope::user, Role::MEMBER, own_other, false},
           {Right::remove_member, Scope::user, Role::MEMBER, foreign, false},
           {Right::manage_api_keys, Scope::user, Role::MEMBER, {{}, kSelf}, true},
           {Right::manage_api_keys, Scope::user, Role::OWNER, {{}, kOther}, false},
           {Right::manage_api_keys, Scope::user, Role::OWNER, {}, false},
           {Right::manage_api_keys, Scope::service, Role::OWNER, {{}, kSelf}, false},
           {Right::manage_api_keys, Scope::admin, Role::OWNER, {{}, kOther}, true},
           {Right::use_own_organization, Scope::user, Role::MEMBER, own_other, true},
           {Right::use_own_organization, Scope::admin, Role::MEMBER, own_other, true},
           {Right::use_own_organization, Scope::admin, Role::MEMBER, foreign, false},
           {Right::see_own_account, Scope::admin, Role::MEMBER, {{}, kSelf}, true},
           {Right::see_own_account, Scope::service, Role::MEMBER, {{}, kSelf}, false},
           {Right::charge, Scope::service, Role::MEMBER, foreign, true},
           {Right::charge, Scope::user, Role::OWNER, own_other, false},
           {Right::operate, Scope::admin, Role::MEMBER, foreign, true},
           {Right::operate, Scope::service, Role::OWNER, own_self, false},
       }) {
    const auto refusal = find_refusal(principal(each.scopes, each.role), each.right, each.target);
    EXPECT_EQ(!refusal, each.is_allowed) << describe(each);
    if (refusal) {
      EXPECT_EQ(refusal->code, ErrorCode::permission_denied) << describe(each);
    }
  }
}

TEST(Permissions, SayTheSameOfWhatIsForeignAndWhatIsNotThere) {
  const auto owner = principal(Scope::user, Role::OWNER);
  for (std::size_t i = 0; i < kRights; ++i) {
    const Right right = static_cast<Right>(i);
    if (!rule_of(right).concerns_organization) continue;
    const auto foreign = find_refusal(owner, right, {.organization = kForeign, .user = kOther});
    const auto no_id = find_refusal(owner, right, {.organization = {}, .user = kOther});
    ASSERT_TRUE(foreign && no_id) << i;
    EXPECT_EQ(foreign->message, no_id->message) << i;
    EXPECT_EQ(foreign->field, no_id->field) << i;
  }
}

TEST(Permissions, BeforeTheTargetIsKnownOnlyScopesDecide) {
  const auto user = principal(Scope::user, Role::MEMBER);
  const auto service_key = principal(Scope::service, Role::OWNER);
  EXPECT_FALSE(find_refusal(user, Right::manage_members));
  EXPECT_FALSE(find_refusal(service_key, Right::charge));
  const auto refusal = find_refusal(service_key, Right::manage_members);
  ASSERT_TRUE(refusal);
  ASSERT_EQ(refusal->details.size(), 1U);
  EXPECT_EQ(refusal->details[0].value, "user");
  EXPECT_EQ(find_refusal(user, Right::operate)->details[0].value, "admin");
}

TEST(Permissions, NobodyGivesAScopeThatTheyDoNotHold) {
  Scopes user_and_service = Scope::user;
  user_and_service.add(Scope::service);
  const auto user = principal(Scope::user, Role::OWNER);
  EXPECT_FALSE(find_refusal_to_give(user, Scope::user));
  const auto refusal = find_refusal_to_give(user, user_and_service);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->field, "scopes");
  EXPECT_EQ(refusal->details[0].value, "service");
  EXPECT_FALSE(find_refusal_to_give(principal(user_and_service, Role::OWNER), user_and_service));
  EXPECT_TRUE(find_refusal_to_give(principal(user_and_service, Role::OWNER), Scope::admin));
  EXPECT_FALSE(find_refusal_to_give(principal(Scope::admin, Role::OWNER), user_and_service));
}

}  // namespace farthing::directory::permissions_test
