// SPDX-License-Identifier: Apache-2.0
#include "server/service/key_verification.hpp"

#include <chrono>
#include <string>

#include "server/testing/store_fixture.hpp"

namespace farthing::service::key_verification_test {

class KeyVerificationTest : public StoreTest {
 protected:
  KeyVerificationTest() {
    join(user_, organization_, directory::Role::ACCOUNTANT);
    grant(organization_, "10");
  }

  KeyVerdict verify(const KeyQuestion& question) {
    return answer_of<KeyVerdict>(
               [&](auto reply) { verification_.verify(question, std::move(reply)); })
        .value();
  }
  // The name of the refusal and the field that it is about, or "ok".
  std::string told(const KeyQuestion& question) {
    const auto refusal = verify(question).refusal;
    if (!refusal) return "ok";
    const std::string name(traits_of(refusal->code).name);
    return refusal->field.empty() ? name : name + " " + refusal->field;
  }
  static PresentedKey presented(const MadeApiKey& made) {
    return present_key(made.secret.reveal());
  }
  KeyQuestion about(std::string_view cost) const {
    return {.key = presented(key_), .could_spend = Credits::parse(cost)};
  }

  Admission admission_{
      {.user_keys = directory::RateLimit{.requests = 20, .per_s = 3600}, .failures = {}}};
  const KeyVerification verification_{store_, admission_};
  const UserId user_ = add_user("ada@example.com").id;
  const OrganizationId organization_ = add_organization("Acme").id;
  const MadeApiKey key_ = add_key(user_);
};

TEST_F(KeyVerificationTest, AKeyIsToldWithAllThatBelongsToIt) {
  const auto verdict = verify({.key = presented(key_)});
  ASSERT_FALSE(verdict.refusal);
  const VerifiedKey& verified = verdict.verified;
  EXPECT_EQ(verified.key->id, key_.key.id);
  EXPECT_EQ(verified.account->user.id, user_);
  EXPECT_EQ(verified.membership.organization, organization_);
  EXPECT_EQ(verified.membership.role, directory::Role::ACCOUNTANT);
  EXPECT_EQ(verified.balance.available, Credits::parse("10"));
}

TEST_F(KeyVerificationTest, AnotherOrganizationThanTheDefaultOneMayBeMeant) {
  const OrganizationId second = add_organization("Second").id;
  join(user_, second, directory::Role::OWNER);
  const auto verdict = verify({.key = presented(key_), .organization = second});
  ASSERT_FALSE(verdict.refusal);
  EXPECT_EQ(verdict.verified.membership.name, "Second");
  EXPECT_EQ(verdict.verified.balance.available, Credits());
}

TEST_F(KeyVerificationTest, AfterALostDefaultOneMustBeNamed) {
  const OrganizationId second = add_organization("Second").id;
  join(user_, second);
  ASSERT_TRUE(answer_of<Change<directory::Member>>([&](auto reply) {
    registry_.remove_membership({}, organization_, user_, std::move(reply));
  }));
  EXPECT_EQ(told({.key = presented(key_)}), "permission_denied organization");
  EXPECT_EQ(told({.key = presented(key_), .organization = second}), "ok");
}

TEST_F(KeyVerificationTest, RefusalsAreThoseOfTheCallersOwnRequest) {
  const Instant soon = kStart.plus(std::chrono::hours(1));
  const MadeApiKey expiring = add_key(user_, directory::Scope::user, soon);
  const MadeApiKey of_nobody = add_key(add_user("alone@example.com").id);
  const OrganizationId foreign = add_organization("Foreign").id;
  const OrganizationId missing = OrganizationId::make(kStart);
  const PresentedKey mine = presented(key_);
  const auto never_made = present_key(make_api_key_secret({}).reveal());
  struct Case {
    KeyQuestion question;
    std::string told;
  };
  clock_.set(soon);
  const Case cases[] = {
      {{.key = present_key("sk-1")}, "unauthorized"},
      {{.key = never_made}, "unauthorized"},
      {{.key = presented(expiring)}, "unauthorized"},
      {{.key = presented(of_nobody)}, "not_found organization"},
      {{.key = mine, .organization = foreign}, "permission_denied organization"},
      {{.key = mine, .organization = missing}, "permission_denied organization"},
      {{.key = mine, .scope = directory::Scope::service}, "permission_denied scope"},
      {{.key = presented(add_key(user_, directory::Scope::service)),
        .scope = directory::Scope::service},
       "ok"},
  };
  int number = 0;
  for (const Case& each : cases) EXPECT_EQ(told(each.question), each.told) << number++;
}

TEST_F(KeyVerificationTest, AKeyWithNetworksNeedsAnAddressInOne) {
  const auto limited = answer_of<MadeApiKey>([&](auto reply) {
    registry_.create_api_key(
        {}, {.user = user_, .allowed_networks = {*IpNetwork::parse("192.0.2.0/24")}},
        std::move(reply));
  });
  ASSERT_TRUE(limited);
  const PresentedKey key = presented(*limited);
  EXPECT_EQ(told({.key = key}), "permission_denied address");
  EXPECT_EQ(told({.key = key, .address = IpAddress::parse("198.51.100.1")}),
            "permission_denied address");
  EXPECT_EQ(told({.key = key, .address = IpAddress::parse("192.0.2.7")}), "ok");
  EXPECT_EQ(told({.key = presented(key_), .address = IpAddress::parse("2001:db8::1")}), "ok");
}

TEST_F(KeyVerificationTest, AVerifiedKeyIsAUsedKey) {
  EXPECT_FALSE(admission_.uses().last_use(key_.key.id));
  // More than the holder may ask: it counts only under a limit of the key's own.
  for (int i = 0; i < 40; ++i) ASSERT_EQ(told({.key = presented(key_)}), "ok");
  EXPECT_TRUE(admission_.uses().last_use(key_.key.id));
}

TEST_F(KeyVerificationTest, AKeysOwnLimitCountsWhatServicesAsk) {
  const auto limited = answer_of<MadeApiKey>([&](auto reply) {
    registry_.create_api_key(
        {}, {.user = user_, .rate_limit = directory::RateLimit{.requests = 20, .per_s = 86'400}},
        std::move(reply));
  });
  ASSERT_TRUE(limited);
  const PresentedKey key = presented(*limited);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(told({.key = key}), "ok");
  EXPECT_EQ(told({.key = key}), "rate_limit_exceeded");
  EXPECT_EQ(told({.key = key, .scope = directory::Scope::service}), "rate_limit_exceeded");
  EXPECT_EQ(told({.key = presented(key_)}), "ok");
}

TEST_F(KeyVerificationTest, ADisabledOrganizationRefusesEveryKeyWhateverTheCost) {
  const OrganizationId second = add_organization("Second").id;
  join(user_, second);
  const auto put = [this](directory::Standing standing) {
    ASSERT_TRUE(answer_of<Change<directory::Organization>>([&](auto reply) {
      registry_.set_standing({}, organization_, standing, std::move(reply));
    }));
  };
  put(directory::Standing::disabled);
  EXPECT_EQ(told({.key = presented(key_)}), "organization_disabled organization");
  EXPECT_EQ(told({.key = presented(key_), .organization = organization_}),
            "organization_disabled organization");
  // What the organization has not enough for is no matter then.
  EXPECT_EQ(told(about("12")), "organization_disabled organization");
  EXPECT_EQ(told({.key = presented(key_), .organization = second}), "ok");
  // Whoever does not belong to it learns nothing of it.
  const UserId stranger = add_user("eve@example.com").id;
  EXPECT_EQ(told({.key = presented(add_key(stranger)), .organization = organization_}),
            "permission_denied organization");
  put(directory::Standing::enabled);
  EXPECT_EQ(told(about("10")), "ok");
}

TEST_F(KeyVerificationTest, ACostIsRefusedAsAChargeWouldBe) {
  EXPECT_EQ(told(about("10")), "ok");
  const auto refusal = verify(about("12")).refusal;
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code, ErrorCode::insufficient_credits);
  EXPECT_EQ(refusal->details.front().value, "12");
  ASSERT_TRUE(answer_of<ledger::Outcome>([&](auto reply) {
    metering_.set_overdraft_limit(under("l"), organization_, *Credits::parse("2"), {},
                                  std::move(reply));
  }));
  EXPECT_EQ(told(about("12")), "ok");
  EXPECT_EQ(told(about("12.000000001")), "insufficient_credits");
}

}  // namespace farthing::service::key_verification_test
