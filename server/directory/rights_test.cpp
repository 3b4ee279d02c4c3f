// SPDX-License-Identifier: Apache-2.0
#include "server/directory/rights.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "server/directory/rules.hpp"

namespace farthing::directory::rights_test {

using std::chrono::seconds;

const Instant kNow = Instant::from_us(1'800'000'000'000'000);

Id128 numbered(std::uint8_t number) {
  Id128 id;
  id.bytes[15] = number;
  return id;
}

const OrganizationId kAcme{numbered(1)};
const OrganizationId kOther{numbered(2)};
const UserId kAda{numbered(3)};   // an owner of Acme
const UserId kEve{numbered(4)};   // a member of it
const UserId kRoot{numbered(5)};  // the operator, who belongs to nothing

Scopes both(Scope a, Scope b) {
  Scopes scopes = a;
  scopes.add(b);
  return scopes;
}

std::vector<IpNetwork> networks(std::initializer_list<std::string_view> texts) {
  std::vector<IpNetwork> networks;
  for (const std::string_view text : texts) networks.push_back(IpNetwork::parse(text).value());
  return networks;
}

Instant in(int s) { return kNow.plus(seconds(s)); }

// A key by what is special about it. Its secret is its number.
struct Special {
  UserId user = kAda;
  Scopes scopes = Scope::user;
  std::optional<Instant> expires_at = {};
  std::vector<IpNetwork> allowed_networks = {};
  std::optional<RateLimit> rate_limit = {};
  ledger::SpendCaps spend_caps = {};
};

ApiKey key_of(std::uint8_t number, const Special& special) {
  return {.id = {numbered(number)},
          .user = special.user,
          .secret_digest = sha256(std::to_string(number)),
          .hint = {},
          .name = {},
          .scopes = special.scopes,
          .created_at = kNow,
          .expires_at = special.expires_at,
          .revoked_at = {},
          .allowed_networks = special.allowed_networks,
          .rate_limit = special.rate_limit,
          .spend_caps = special.spend_caps};
}

constexpr std::uint8_t kAsker = 100;
constexpr std::uint8_t kTarget = 101;
constexpr std::uint8_t kNew = 102;

// Who is there: one key asks, another one may be asked about.
class World {
 public:
  World() {
    for (const OrganizationId id : {kAcme, kOther}) {
      directory.apply(Organization{.id = id, .name = "x", .created_at = {}});
    }
    for (const UserId id : {kAda, kEve, kRoot}) {
      directory.apply(User{.id = id,
                           .email = id.to_string(),
                           .name = {},
                           .profile_picture = {},
                           .default_organization = {},
                           .created_at = {}});
    }
    directory.apply(Membership{kAcme, kAda, Role::OWNER});
    directory.apply(Membership{kAcme, kEve, Role::MEMBER});
  }

  std::string told(const DirectoryAction& action) const {
    const auto refusal = find_refusal_of_asker(directory, origin, action, kNow);
    if (!refusal) return "ok";
    const std::string name(traits_of(refusal->code).name);
    return refusal->field.empty() ? name : name + " " + refusal->field;
  }
  std::string told_of_act() const {
    const auto refusal = find_refusal_of_asker(directory, origin.actor, origin.act, kNow);
    if (!refusal) return "ok";
    const std::string name(traits_of(refusal->code).name);
    return refusal->field.empty() ? name : name + " " + refusal->field;
  }

  Directory directory;
  DirectoryOrigin origin{
      .actor = {numbered(kAsker)},
      .act = {.user = {},
              .address = "192.0.2.7",
              .request_id = "r",
              .credential = Credential{.secret_digest = sha256(std::to_string(kAsker))}}};
};

std::string told(const Special& asker, const std::optional<Special>& target,
                 const DirectoryAction& action) {
  World world;
  world.directory.apply(key_of(kAsker, asker));
  if (target) world.directory.apply(key_of(kTarget, *target));
  return world.told(action);
}

CreateApiKey create(const Special& special) { return {key_of(kNew, special)}; }
ChangeApiKey change(ApiKeyChange change, std::uint8_t key = kTarget) {
  return {{numbered(key)}, std::move(change)};
}
RotateApiKey rotate(std::uint8_t key = kTarget) {
  return {.key = {numbered(key)}, .secret_digest = sha256("next"), .hint = {}};
}
RevokeApiKey revoke(std::uint8_t key = kTarget) { return {{numbered(key)}}; }

TEST(DirectoryRights, AreThoseOfTheTable) {
  const Special ada{};
  const Special eve{.user = kEve};
  const Special service{.scopes = Scope::service};
  const Special root{.user = kRoot, .scopes = Scope::admin};
  struct Case {
    std::string what;
    DirectoryAction action;
    std::string ada, eve, service;
  };
  const std::string no = "permission_denied";
  const Membership other{kAcme, kRoot, Role::MEMBER};
  const std::vector<Case> cases = {
      {"make a user", CreateUser{}, no, no, no},
      {"make an organization", CreateOrganization{}, no, no, no},
      {"rename", RenameOrganization{kAcme, "x"}, no, no, no},
      {"disable a user", SetUserStanding{kEve, Standing::disabled}, no, no, no},
      {"erase a user", EraseUser{kEve}, no, no, no},
      {"disable an organization", SetOrganizationStanding{kAcme, Standing::disabled}, no, no, no},
      {"put a member", PutMembership{other}, "ok", no, no},
      {"put a member elsewhere", PutMembership{{kOther, kAda}}, no, no, no},
      {"add a member", AddMembership{kAcme, kRoot, {}}, "ok", no, no},
      {"remove a member", RemoveMembership{kAcme, kAda}, "ok", no, no},
      {"leave", RemoveMembership{kAcme, kEve}, "ok", "ok", no},
      {"choose for a member", SetDefaultOrganization{kEve, kAcme}, no, no + " organization", no},
      {"revoke a key of Eve's", revoke(), no, "ok", no},
      {"rotate a key of Eve's", rotate(), no, "ok", no},
      {"change a key of Eve's", change({.name = "x"}), no, "ok", no},
      {"make a key for Eve", create({.user = kEve}), no + " user", "ok", no + " user"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(told(ada, eve, each.action), each.ada) << each.what;
    EXPECT_EQ(told(service, eve, each.action), each.service) << each.what;
    EXPECT_EQ(told(root, eve, each.action), "ok") << each.what;
    if (each.what == "choose for a member") continue;
    EXPECT_EQ(told(eve, eve, each.action), each.eve) << each.what;
  }
  EXPECT_EQ(told(eve, {}, SetDefaultOrganization{kEve, kAcme}), "ok");
  EXPECT_EQ(told(eve, {}, SetDefaultOrganization{kEve, kOther}), no + " organization");
  EXPECT_EQ(told(ada, {}, revoke()), no) << "a key that is not there";
  EXPECT_EQ(told(root, {}, revoke()), "ok");
}

// One change of the directory between the request and the decision each.
TEST(DirectoryRights, AreThoseOfTheMomentOfTheDecision) {
  struct Case {
    std::string what;
    std::function<void(World&, ApiKey&)> happens;
    std::string told;
  };
  const std::vector<Case> cases = {
      {"nothing", [](World&, ApiKey&) {}, "ok"},
      {"revoked", [](World&, ApiKey& key) { key.revoked_at = kNow; }, "unauthorized"},
      {"expired", [](World&, ApiKey& key) { key.expires_at = kNow; }, "unauthorized"},
      {"not expired", [](World&, ApiKey& key) { key.expires_at = in(1); }, "ok"},
      {"rotated", [](World&, ApiKey& key) { key.secret_digest = sha256("y"); }, "unauthorized"},
      {"rotated with an overlap",
       [](World&, ApiKey& key) {
         key.previous_secret = {.digest = std::exchange(key.secret_digest, sha256("y")),
                                .hint = {},
                                .works_until = in(1)};
       },
       "ok"},
      {"whose overlap is over",
       [](World&, ApiKey& key) {
         key.previous_secret = {.digest = std::exchange(key.secret_digest, sha256("y")),
                                .hint = {},
                                .works_until = kNow};
       },
       "unauthorized"},
      {"whose user is disabled",
       [](World& world, ApiKey&) {
         User user = world.directory.find_account(kAda)->user;
         user.disabled_at = kNow;
         world.directory.apply(user);
       },
       "user_disabled"},
      {"demoted",
       [](World& world, ApiKey&) {
         world.directory.apply(Membership{kAcme, kAda, Role::ACCOUNTANT});
       },
       "permission_denied"},
      {"removed",
       [](World& world, ApiKey&) {
         world.directory.apply(MembershipEnd{kAcme, kAda});
       },
       "permission_denied"},
      {"without the scope", [](World&, ApiKey& key) { key.scopes = Scope::service; },
       "permission_denied"},
      {"bound to other networks",
       [](World&, ApiKey& key) { key.allowed_networks = networks({"198.51.100.0/24"}); },
       "permission_denied"},
      {"bound to these networks",
       [](World&, ApiKey& key) { key.allowed_networks = networks({"192.0.2.0/24"}); }, "ok"},
      {"from nowhere",
       [](World& world, ApiKey& key) {
         key.allowed_networks = networks({"0.0.0.0/0", "::/0"});
         world.origin.act.address.clear();
       },
       "permission_denied"},
      {"another's secret", [](World& world, ApiKey&) { world.origin.actor = {numbered(kTarget)}; },
       "unauthorized"},
      {"without a secret", [](World& world, ApiKey&) { world.origin.act.credential.reset(); },
       "unauthorized"},
      {"with a cap", [](World&, ApiKey& key) { key.spend_caps.day = Credits::from_nano(1); },
       "permission_denied spend_caps"},
  };
  for (const Case& each : cases) {
    World world;
    ApiKey key = key_of(kAsker, {});
    world.directory.apply(key);
    each.happens(world, key);
    world.directory.apply(key);
    EXPECT_EQ(world.told(AddMembership{kAcme, kRoot, {}}), each.told) << each.what;
  }
  World nobody;
  nobody.origin = {};
  EXPECT_EQ(nobody.told(CreateUser{}), "ok") << "on the machine of the store";
  EXPECT_EQ(nobody.told(RevokeSecret{}), "ok");
}

TEST(DirectoryRights, OfGrantsAreTheOperators) {
  struct Case {
    Special asker;
    Scopes counted;
    std::string told;
  };
  const Case cases[] = {
      {{.scopes = Scope::admin}, Scopes::every(), "ok"},
      {{.scopes = Scope::admin}, both(Scope::user, Scope::service), "permission_denied"},
      {{.scopes = both(Scope::user, Scope::service)}, Scopes::every(), "permission_denied"},
      {{.scopes = Scope::admin, .expires_at = kNow}, Scopes::every(), "unauthorized"},
      {{.scopes = Scope::admin, .spend_caps = {.day = {}, .month = {}, .total = Credits()}},
       Scopes::every(),
       "permission_denied spend_caps"},
  };
  for (const Case& each : cases) {
    World world;
    world.directory.apply(key_of(kAsker, each.asker));
    world.origin.act.credential->counted = each.counted;
    EXPECT_EQ(world.told_of_act(), each.told);
  }
}

// At the port of callers the scope `admin` does not count, not even for the key itself.
TEST(DirectoryRights, HaveNoMoreScopesThanCountAtThePort) {
  World world;
  world.directory.apply(key_of(kAsker, {.scopes = both(Scope::user, Scope::admin)}));
  world.directory.apply(key_of(kTarget, {}));
  EXPECT_EQ(world.told(CreateUser{}), "ok");
  world.origin.act.credential->counted = both(Scope::user, Scope::service);
  EXPECT_EQ(world.told(CreateUser{}), "permission_denied");
  EXPECT_EQ(world.told(rotate(kAsker)), "permission_denied scopes");
  EXPECT_EQ(world.told(create({.scopes = Scope::admin})), "permission_denied scopes");
  EXPECT_EQ(world.told(create({})), "ok");
  EXPECT_EQ(world.told(rotate()), "ok");
}

const std::string kScopes = "permission_denied scopes";
const std::string kEnd = "permission_denied expires_at";
const std::string kNetworks = "permission_denied allowed_networks";
const std::string kRate = "permission_denied rate_limit";
const std::string kCaps = "permission_denied spend_caps";

// What a key gives to keys of its own user.
TEST(DirectoryRights, NobodyGivesWhatTheyDoNotHold) {
  const Special plain{};
  const Special service_key{.scopes = both(Scope::user, Scope::service)};
  const Special root{.user = kRoot, .scopes = Scope::admin};
  const Special ends{.expires_at = in(60)};
  const Special bound{.allowed_networks = networks({"192.0.2.0/24", "2001:db8::/32"})};
  const Special slow{.rate_limit = RateLimit{.requests = 10, .per_s = 10}};
  const auto limit = [](std::uint32_t requests, std::uint32_t per_s) {
    return Special{.rate_limit = RateLimit{.requests = requests, .per_s = per_s}};
  };
  const auto within = [](std::initializer_list<std::string_view> texts) {
    return Special{.allowed_networks = networks(texts)};
  };
  struct Case {
    std::string what;
    Special asker;
    Special given;
    std::string told;
  };
  const std::vector<Case> cases = {
      {"the same", plain, plain, "ok"},
      {"another scope", plain, service_key, kScopes},
      {"of two scopes one", service_key, plain, "ok"},
      {"an admin's", service_key, {.scopes = Scope::admin}, kScopes},
      {"less", plain, {.expires_at = in(1), .allowed_networks = networks({"::1"})}, "ok"},
      {"no end", ends, plain, kEnd},
      {"a later end", ends, {.expires_at = in(61)}, kEnd},
      {"the same end", ends, ends, "ok"},
      {"an earlier end", ends, {.expires_at = in(59)}, "ok"},
      {"no networks", bound, plain, kNetworks},
      {"other networks", bound, within({"198.51.100.1"}), kNetworks},
      {"wider networks", bound, within({"192.0.0.0/16"}), kNetworks},
      {"one network too many", bound, within({"192.0.2.1", "198.51.100.1"}), kNetworks},
      {"every address of the other family", bound, within({"::/0"}), kNetworks},
      {"networks within", bound, within({"192.0.2.128/25", "2001:db8:1::/48"}), "ok"},
      {"the same networks", bound, bound, "ok"},
      {"no rate limit", slow, plain, kRate},
      {"a rate of its own, as one without", plain, slow, kRate},
      {"the same rate", slow, slow, "ok"},
      {"more at once, no more in the long run", slow, limit(20, 20), kRate},
      {"less at once, more in the long run", slow, limit(5, 1), kRate},
      {"less at once, as much in the long run", slow, limit(1, 1), "ok"},
      {"as much at once, less in the long run", slow, limit(10, 11), "ok"},
      {"the greatest rate", slow, limit(1'000'000, 1), kRate},
      {"with a cap",
       {.spend_caps = {.day = Credits::from_nano(5), .month = {}, .total = {}}},
       {.spend_caps = {.day = Credits::from_nano(1), .month = {}, .total = {}}},
       kCaps},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(told(each.asker, {}, create(each.given)), each.told) << "make " << each.what;
    const ApiKeyChange to{.scopes = each.given.scopes,
                          .expires_at = std::optional(each.given.expires_at),
                          .allowed_networks = each.given.allowed_networks};
    ApiKeyChange with_rate = to;
    if (each.given.rate_limit != each.asker.rate_limit) {
      with_rate.rate_limit = std::optional(each.given.rate_limit);
    }
    EXPECT_EQ(told(each.asker, each.asker, change(with_rate)), each.told)
        << "change to " << each.what;
    EXPECT_EQ(told(each.asker, {}, change(with_rate, kAsker)), each.told) << "become " << each.what;
    // What is given by the secret of a key is all that the key has.
    const bool is_about_rate = each.told == kRate && !each.asker.rate_limit;
    EXPECT_EQ(told(each.asker, each.given, rotate()), is_about_rate ? "ok" : each.told)
        << "rotate " << each.what;
    EXPECT_EQ(told(each.asker, each.given, change({.name = "x"})), is_about_rate ? "ok" : each.told)
        << "rename " << each.what;
    EXPECT_EQ(told(each.asker, {}, rotate(kAsker)), "ok") << "itself, beside " << each.what;
    EXPECT_EQ(told(each.asker, {}, revoke(kAsker)), "ok") << "itself, beside " << each.what;
    const bool is_capped = each.told == kCaps;
    EXPECT_EQ(told(each.asker, each.given, revoke()), is_capped ? kCaps : "ok") << each.what;
  }
}

TEST(DirectoryRights, AnAdminIsBoundByItsLimitsForItsOwnUserAndForAdmins) {
  const std::vector<std::pair<Special, std::string>> askers = {
      {{.user = kRoot, .scopes = Scope::admin, .expires_at = in(60)}, kEnd},
      {{.user = kRoot, .scopes = Scope::admin, .allowed_networks = networks({"192.0.2.0/24"})},
       kNetworks},
      {{.user = kRoot,
        .scopes = Scope::admin,
        .rate_limit = RateLimit{.requests = 10, .per_s = 10}},
       kRate},
  };
  for (const auto& [asker, field] : askers) {
    for (const Scopes scopes : {Scopes(Scope::user), Scopes(Scope::service)}) {
      const Special others{.scopes = scopes};
      EXPECT_EQ(told(asker, {}, create(others)), "ok");
      EXPECT_EQ(told(asker, others, rotate()), "ok");
      EXPECT_EQ(told(asker, others, change({.name = "x"})), "ok");
      EXPECT_EQ(told(asker, others, change({.scopes = Scopes(Scope::admin)})), field);
      const Special own{.user = kRoot, .scopes = scopes};
      EXPECT_EQ(told(asker, {}, create(own)), field);
      EXPECT_EQ(told(asker, own, rotate()), field);
    }
    const Special admins{.scopes = Scope::admin};
    EXPECT_EQ(told(asker, {}, create(admins)), field);
    EXPECT_EQ(told(asker, admins, rotate()), field);
    EXPECT_EQ(told(asker, admins, change({.scopes = Scopes(Scope::user)})), field);
    EXPECT_EQ(told(asker, admins, revoke()), "ok");
  }
  const Special unlimited{.user = kRoot, .scopes = Scope::admin};
  EXPECT_EQ(told(unlimited, {}, create({.scopes = Scope::admin})), "ok");
  EXPECT_EQ(told(unlimited, {}, create({.rate_limit = RateLimit{.requests = 1, .per_s = 1}})),
            "ok");
}

// A secret that a rotation has replaced ends with the overlap, and so does what it makes.
TEST(DirectoryRights, ARetiringSecretGivesNothingThatOutlivesIt) {
  World world;
  ApiKey key = key_of(kAsker, {});
  key.previous_secret = {
      .digest = std::exchange(key.secret_digest, sha256("y")), .hint = {}, .works_until = in(60)};
  world.directory.apply(key);
  EXPECT_EQ(world.told(create({})), kEnd);
  EXPECT_EQ(world.told(create({.expires_at = in(61)})), kEnd);
  EXPECT_EQ(world.told(create({.expires_at = in(60)})), "ok");
  EXPECT_EQ(world.told(change({.name = "x"}, kAsker)), kEnd);
  EXPECT_EQ(world.told(rotate(kAsker)), "ok") << "or a lost answer could not be asked for again";
  const auto begun = find_refusal_to_begin(world.directory, world.origin, rotate(kAsker));
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->code, ErrorCode::permission_denied);
  EXPECT_FALSE(find_refusal_to_begin(world.directory, world.origin, rotate(kTarget)));
  EXPECT_FALSE(find_refusal_to_begin(world.directory, world.origin, revoke(kAsker)));
  world.origin.act.credential->secret_digest = sha256("y");
  EXPECT_FALSE(find_refusal_to_begin(world.directory, world.origin, rotate(kAsker)));
  EXPECT_EQ(world.told(revoke(kAsker)), "ok");
}

TEST(DirectoryRights, AKeyWithACapManagesNothingButItself) {
  const Special capped{.scopes = both(Scope::user, Scope::admin),
                       .spend_caps = {.day = {}, .month = Credits::from_nano(5), .total = {}}};
  const std::vector<DirectoryAction> actions = {
      CreateUser{},
      CreateOrganization{},
      RenameOrganization{kAcme, "x"},
      PutMembership{{kAcme, kEve, Role::OWNER}},
      AddMembership{kAcme, kRoot, {}},
      RemoveMembership{kAcme, kEve},
      RemoveMembership{kAcme, kAda},
      SetDefaultOrganization{kAda, kAcme},
      SetUserStanding{kEve, Standing::disabled},
      EraseUser{kEve},
      SetOrganizationStanding{kAcme, Standing::disabled},
      create({}),
      change({.name = "x"}),
      change({.name = "x"}, kAsker),
      change({.spend_caps = {.month = std::optional<Credits>()}}, kAsker),
      rotate(),
      revoke(),
  };
  for (std::size_t i = 0; i < actions.size(); ++i) {
    EXPECT_EQ(told(capped, Special{}, actions[i]), kCaps) << i;
  }
  EXPECT_EQ(told(capped, {}, rotate(kAsker)), "ok");
  EXPECT_EQ(told(capped, {}, revoke(kAsker)), "ok");
}

}  // namespace farthing::directory::rights_test
