// SPDX-License-Identifier: Apache-2.0
#include "server/service/metering.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "server/service/fingerprint.hpp"
#include "server/testing/store_fixture.hpp"

namespace farthing::service::metering_test {

class MeteringTest : public StoreTest {
 protected:
  Result<ledger::Outcome> charge(std::string key, NewCharge charge) {
    return answer_of<ledger::Outcome>([&](auto reply) {
      metering_.create_charge(under(std::move(key)), std::move(charge), std::move(reply));
    });
  }
  Result<ledger::Outcome> give(std::string key, NewGrant grant) {
    return answer_of<ledger::Outcome>([&](auto reply) {
      metering_.create_grant(under(std::move(key)), std::move(grant), std::move(reply));
    });
  }

  const OrganizationId organization_ = add_organization("Acme").id;
  const OrganizationId other_ = add_organization("Other").id;
};

TEST_F(MeteringTest, ChargesWhatWasGranted) {
  grant(organization_, "10");
  const auto outcome = charge("k", {.organization = organization_,
                                    .amount = *Credits::parse("2.5"),
                                    .operation = "image",
                                    .model = "v3",
                                    .remarks = {.tags = {{.name = "team", .value = "red"}},
                                                .reason = "asked for",
                                                .metadata = R"({"job":"7"})"}});
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->is_replayed);
  EXPECT_EQ(outcome->entry.available, Credits::parse("7.5"));
  EXPECT_EQ(outcome->entry.origin.operation, "image");
  EXPECT_EQ(outcome->entry.origin.model, "v3");
  EXPECT_EQ(outcome->entry.origin.erasable.metadata, R"({"job":"7"})");
  EXPECT_EQ(outcome->entry.origin.erasable.reason, "asked for");
  EXPECT_EQ(outcome->entry.origin.tags,
            (std::vector<ledger::Tag>{{.name = "team", .value = "red"}}));
  EXPECT_NE(outcome->entry.origin.erasable.salt, ledger::Erasable{}.salt);
  EXPECT_EQ(outcome->entry.at, kStart);
}

TEST_F(MeteringTest, AGrantWithoutBeginningIsSpendableAtOnce) {
  const auto outcome = give("g", {.organization = organization_, .amount = *Credits::parse("1")});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->entry.terms->effective_at, kStart);
  EXPECT_EQ(outcome->entry.available, Credits::parse("1"));
}

TEST_F(MeteringTest, RefusalsAreThoseOfTheLedger) {
  grant(organization_, "1");
  const auto outcome =
      charge("k", {.organization = organization_, .amount = *Credits::parse("1.000000001")});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::insufficient_credits);
}

// One line a request: under the key of the first, it is either the same request or another one.
TEST_F(MeteringTest, AKeyStandsForOneChargeOnly) {
  grant(organization_, "100");
  const NewCharge first{
      .organization = organization_,
      .amount = *Credits::parse("1"),
      .operation = "image",
      .model = "v3",
      .remarks = {
          .tags = {{.name = "team", .value = "red"}}, .reason = "why", .metadata = R"({"a":1})"}};
  const auto done = charge("k", first);
  ASSERT_TRUE(done);

  const auto again = charge("k", first);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(again->entry.subject, done->entry.subject);

  const std::vector<std::function<void(NewCharge&)>> changes = {
      [](NewCharge& charge) { charge.amount = *Credits::parse("1.000000001"); },
      [](NewCharge& charge) { charge.operation = "video"; },
      [](NewCharge& charge) { charge.operation.clear(); },
      [](NewCharge& charge) { std::swap(charge.operation, charge.model); },
      [](NewCharge& charge) { charge.model = "v4"; },
      [](NewCharge& charge) { charge.remarks.metadata.clear(); },
      [](NewCharge& charge) { charge.remarks.metadata = R"({"a":2})"; },
      [](NewCharge& charge) { charge.remarks.reason = "why not"; },
      [](NewCharge& charge) { charge.remarks.reason.clear(); },
      [](NewCharge& charge) { charge.remarks.tags.clear(); },
      [](NewCharge& charge) { charge.remarks.tags[0].value = "blue"; },
      [](NewCharge& charge) { charge.remarks.tags[0].name = "project"; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    NewCharge different = first;
    changes[i](different);
    const auto refused = charge("k", different);
    ASSERT_FALSE(refused) << i;
    EXPECT_EQ(refused.error().code, ErrorCode::idempotency_key_reused) << i;
  }
}

TEST_F(MeteringTest, AKeyStandsForOneGrantOnly) {
  const NewGrant first{.organization = organization_,
                       .amount = *Credits::parse("1"),
                       .expires_at = kStart.plus(std::chrono::hours(1))};
  ASSERT_TRUE(give("k", first));

  NewGrant with_defaults_spelled_out = first;
  with_defaults_spelled_out.category = ledger::GrantCategory::paid;
  with_defaults_spelled_out.priority = 100;
  const auto again = give("k", with_defaults_spelled_out);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);

  const std::vector<std::function<void(NewGrant&)>> changes = {
      [](NewGrant& grant) { grant.amount = *Credits::parse("2"); },
      [](NewGrant& grant) { grant.category = ledger::GrantCategory::promotional; },
      [](NewGrant& grant) { grant.priority = 99; },
      [](NewGrant& grant) { grant.effective_at = kStart; },
      [](NewGrant& grant) { grant.expires_at.reset(); },
      [](NewGrant& grant) { grant.remarks.metadata = "{}"; },
      [](NewGrant& grant) { grant.remarks.reason = "why"; },
      [](NewGrant& grant) { grant.payment.payment_reference = "in_1"; },
      [](NewGrant& grant) {
        grant.payment.price_paid = ledger::Price{.nano = 0, .currency = "EUR"};
      },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    NewGrant different = first;
    changes[i](different);
    const auto refused = give("k", different);
    ASSERT_FALSE(refused) << i;
    EXPECT_EQ(refused.error().code, ErrorCode::idempotency_key_reused) << i;
  }
}

// Entries of version 1 have fingerprints over the texts, and requests that later versions brought
// nothing to must keep theirs.
TEST_F(MeteringTest, FingerprintsAreThoseOfTheFirstVersion) {
  const auto fingerprint_of = [&](NewCharge request, std::string key) {
    const auto done = charge(std::move(key), std::move(request));
    EXPECT_TRUE(done);
    return done ? done->entry.origin.fingerprint : ledger::Fingerprint{};
  };
  grant(organization_, "100");
  const auto expected = FingerprintBuilder("charge")
                            .add("organization", organization_.value.as_bytes())
                            .add("amount", *Credits::parse("1"))
                            .add("operation", "image")
                            .add("engine", "v3")
                            .add("metadata", "")
                            .finish();
  NewCharge request{.organization = organization_,
                    .amount = *Credits::parse("1"),
                    .operation = "image",
                    .model = "v3"};
  EXPECT_EQ(fingerprint_of(request, "a"), expected);
  request.remarks = {.reason = "why", .metadata = R"({"a":1})"};
  EXPECT_EQ(fingerprint_of(request, "b"), expected);
  request.remarks.tags = {{.name = "team", .value = "red"}};
  EXPECT_NE(fingerprint_of(request, "c"), expected);
}

TEST_F(MeteringTest, AChargeUnderTheKeyOfAGrantIsAnotherRequest) {
  ASSERT_TRUE(give("k", {.organization = organization_, .amount = *Credits::parse("5")}));
  const auto refused = charge("k", {.organization = organization_, .amount = *Credits::parse("5")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::idempotency_key_reused);
}

TEST_F(MeteringTest, KeysOfTwoOrganizationsAreTwoKeys) {
  grant(organization_, "5");
  grant(other_, "5");
  const auto one = charge("k", {.organization = organization_, .amount = *Credits::parse("1")});
  const auto two = charge("k", {.organization = other_, .amount = *Credits::parse("1")});
  ASSERT_TRUE(one);
  ASSERT_TRUE(two);
  EXPECT_FALSE(two->is_replayed);
}

TEST_F(MeteringTest, AnUnknownOrganizationIsNamed) {
  const auto outcome =
      charge("k", {.organization = OrganizationId::make(kStart), .amount = *Credits::parse("1")});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::not_found);
  EXPECT_EQ(outcome.error().field, "organization");
}

// The caller's key beside a charge.
class CallerChargeTest : public MeteringTest {
 protected:
  CallerChargeTest() {
    join(user_, organization_);
    grant(organization_, "10");
  }

  NewCharge charge_of(std::string_view caller_key) const {
    return {.organization = organization_,
            .caller_key = present_key(caller_key),
            .amount = *Credits::parse("1")};
  }
  void revoke(ApiKeyId key) {
    ASSERT_TRUE(answer_of<Change<directory::ApiKey>>(
        [&](auto reply) { registry_.revoke_api_key({}, key, std::move(reply)); }));
  }
  void expect_refused(const Result<ledger::Outcome>& outcome) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::caller_key_invalid);
    EXPECT_EQ(outcome.error().field, "api_key");
  }

  const UserId user_ = add_user("ada@example.com").id;
  const MadeApiKey key_ = add_key(user_);
};

TEST_F(CallerChargeTest, TheEntryNamesTheKey) {
  const auto outcome = charge("k", charge_of(key_.secret.reveal()));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->entry.origin.caller_key, key_.key.id);
}

TEST_F(CallerChargeTest, WithAWrongKeyNothingIsBookedAndNothingRemembered) {
  expect_refused(charge("k", charge_of("sk-nonsense")));
  NewCharge elsewhere = charge_of(key_.secret.reveal());
  elsewhere.organization = other_;
  expect_refused(charge("k", elsewhere));
  const auto outcome = charge("k", charge_of(key_.secret.reveal()));
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->is_replayed);
  EXPECT_EQ(outcome->entry.available, Credits::parse("9"));
}

TEST_F(CallerChargeTest, ARefusalOfTheKeyComesBeforeTheBalance) {
  NewCharge large = charge_of("sk-nonsense");
  large.amount = *Credits::parse("1000");
  expect_refused(charge("k", large));
}

// Credentials do not count: not the one that is missing, not another one, not one that is over.
TEST_F(CallerChargeTest, AReplayGetsTheFirstAnswerWhateverTheKey) {
  const auto first = charge("k", charge_of(key_.secret.reveal()));
  ASSERT_TRUE(first);
  revoke(key_.key.id);
  NewCharge without = charge_of("");
  without.caller_key.reset();
  for (const NewCharge& again : {charge_of(key_.secret.reveal()), charge_of("sk-1"), without}) {
    const auto outcome = charge("k", again);
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->is_replayed);
    EXPECT_EQ(outcome->entry.subject, first->entry.subject);
    EXPECT_EQ(outcome->entry.origin.caller_key, key_.key.id);
  }
  expect_refused(charge("another", charge_of(key_.secret.reveal())));
}

TEST_F(CallerChargeTest, ABatchLooksAtTheKeyOfEachCharge) {
  NewCharge without = charge_of("");
  without.caller_key.reset();
  std::vector<KeyedCharge> batch;
  batch.push_back({.idempotency_key = "a", .charge = charge_of(key_.secret.reveal())});
  batch.push_back({.idempotency_key = "b", .charge = charge_of("sk-1")});
  batch.push_back({.idempotency_key = "c", .charge = without});
  batch.push_back({.idempotency_key = "a", .charge = charge_of("sk-1")});
  std::vector<Result<ledger::Outcome>> results;
  metering_.create_charges({}, std::move(batch), [&](std::vector<Result<ledger::Outcome>> settled) {
    results = std::move(settled);
  });
  ASSERT_EQ(results.size(), 4U);
  ASSERT_TRUE(results[0]);
  EXPECT_EQ(results[0]->entry.origin.caller_key, key_.key.id);
  expect_refused(results[1]);
  ASSERT_TRUE(results[2]);
  EXPECT_FALSE(results[2]->entry.origin.caller_key);
  ASSERT_TRUE(results[3]);
  EXPECT_TRUE(results[3]->is_replayed);
}

TEST_F(CallerChargeTest, AHoldIsPlacedForTheCallerToo) {
  const auto place = [this](std::string key, std::string_view caller_key) {
    return answer_of<ledger::Outcome>([&](auto reply) {
      metering_.place_hold(under(std::move(key)),
                           {.organization = organization_,
                            .caller_key = present_key(caller_key),
                            .amount = *Credits::parse("1")},
                           std::move(reply));
    });
  };
  const auto placed = place("h", key_.secret.reveal());
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->entry.origin.caller_key, key_.key.id);
  expect_refused(place("h2", "sk-1"));
}

}  // namespace farthing::service::metering_test
