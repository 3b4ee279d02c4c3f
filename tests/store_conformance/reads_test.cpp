// SPDX-License-Identifier: Apache-2.0
// What a store tells of the present and of requests made before.
#include <chrono>

#include "base/await.hpp"
#include "server/store/past_state.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::reads_test {

class Reads : public StoreTest {
 protected:
  Result<ledger::Outcome> read_outcome(OrganizationId organization, const std::string& key) {
    return await<Result<ledger::Outcome>>(
        [&](auto reply) { open_->store().read_outcome(organization, key, reply); });
  }
  Result<CurrentState> read_state(OrganizationId organization) {
    return await<Result<CurrentState>>(
        [&](auto reply) { open_->store().read_state(organization, reply); });
  }
};

TEST_P(Reads, AnOutcomeIsFoundUnderItsKeyForEver) {
  const OrganizationId organization = make_organization(store_);
  const OrganizationId other = make_organization(store_);
  ASSERT_TRUE(settle(store_, grant(organization, "g", "5")));
  const auto charged = settle(store_, charge(organization, "c", "2"));
  ASSERT_TRUE(charged);
  ASSERT_FALSE(settle(store_, charge(organization, "too much", "9")));
  const auto expect_all = [&] {
    const auto found = read_outcome(organization, "c");
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->is_replayed);
    EXPECT_EQ(found->entry.hash, charged->entry.hash);
    EXPECT_TRUE(found->rest.empty());
    EXPECT_EQ(name_of(read_outcome(organization, "C")), "not_found");
    EXPECT_EQ(name_of(read_outcome(organization, "")), "not_found");
    EXPECT_EQ(name_of(read_outcome(organization, "too much")), "not_found");
    EXPECT_EQ(name_of(read_outcome(other, "c")), "not_found");
    EXPECT_EQ(name_of(read_outcome(OrganizationId{numbered_id(7)}, "c")), "not_found");
  };
  expect_all();
  open_->reopen();
  expect_all();
}

// As the balance call does it: the key first, and with its answer the balance.
TEST_P(Reads, ABalanceAskedForWithAKeysAnswerHasAllThatWasAnsweredBeforeTheKeyWasAskedFor) {
  const UserId user = make_user(store_, "ada@example.com");
  const OrganizationId organization = make_organization(store_);
  ASSERT_TRUE(join(store_, organization, user));
  ASSERT_TRUE(
      change(store_, {.origin = {}, .action = directory::CreateApiKey{make_api_key(user, "one")}}));
  const auto ask = [&] {
    return await<std::string>([&](auto told) {
      store_.find_principal(sha256("one"),
                            [&, told](Result<std::optional<directory::Principal>> principal) {
                              const auto chosen = (**principal).account->user.default_organization;
                              store_.read_balance(*chosen, [told](Result<ledger::Balance> balance) {
                                told(balance->available.to_string());
                              });
                            });
    });
  };
  ASSERT_TRUE(settle(store_, grant(organization, "g", "100")));
  for (int number = 1; number <= 20; ++number) {
    ASSERT_TRUE(settle(store_, charge(organization, std::to_string(number), "1")));
    EXPECT_EQ(ask(), std::to_string(100 - number));
    // And without a key before it.
    EXPECT_EQ(available(store_, organization), std::to_string(100 - number));
  }
}

// "7 held 3", or the name of the error.
std::string balance_at(Store& store, OrganizationId organization, Instant at) {
  const auto state = await<Result<CurrentState>>(
      [&](auto reply) { read_state_at(store, organization, at, reply); });
  if (!state) return name_of(state);
  EXPECT_EQ(state->at, at);
  return state->state.balance.available.to_string() + " held " +
         state->state.balance.held.to_string();
}

TEST_P(Reads, ThePastIsWhatItWasWhetherItIsBookedOrNot) {
  using std::chrono::microseconds;
  using std::chrono::seconds;
  const OrganizationId organization = make_organization(store_);
  ledger::GrantTerms terms{.amount = credits("10"), .expires_at = kStart.plus(seconds(60))};
  ASSERT_TRUE(settle(store_, grant(organization, "g", "10", terms)));
  ledger::Command hold = charge(organization, "h", "3");
  hold.action = ledger::PlaceHold{.amount = credits("3"), .ttl = seconds(10)};
  clock_.set(kStart.plus(seconds(1)));
  ASSERT_TRUE(settle(store_, std::move(hold)));
  clock_.set(kStart.plus(seconds(90)));
  const auto expect_all = [&] {
    const auto past = [&](microseconds since) {
      return balance_at(open_->store(), organization, kStart.plus(since));
    };
    EXPECT_EQ(past(microseconds(-1)), "0 held 0");
    EXPECT_EQ(past(seconds(0)), "10 held 0");
    EXPECT_EQ(past(seconds(1) - microseconds(1)), "10 held 0");
    EXPECT_EQ(past(seconds(1)), "7 held 3");
    EXPECT_EQ(past(seconds(11) - microseconds(1)), "7 held 3");
    EXPECT_EQ(past(seconds(11)), "10 held 0");
    EXPECT_EQ(past(seconds(60) - microseconds(1)), "10 held 0");
    EXPECT_EQ(past(seconds(60)), "0 held 0");
    EXPECT_EQ(past(seconds(90)), "0 held 0");
    EXPECT_EQ(balance_at(open_->store(), organization, Instant()), "0 held 0");
  };
  expect_all();
  ASSERT_TRUE(settle(open_->store(), grant(organization, "later", "1")));
  ASSERT_TRUE(settle(open_->store(), charge(organization, "more", "0.5")));
  clock_.set(kStart.plus(seconds(91)));
  open_->reopen();
  EXPECT_EQ(balance_at(open_->store(), organization, kStart.plus(seconds(60))), "0 held 0");
  EXPECT_EQ(balance_at(open_->store(), organization, kStart.plus(seconds(1))), "7 held 3");
  EXPECT_EQ(balance_at(open_->store(), organization, kStart.plus(seconds(90))), "0.5 held 0");
}

TEST_P(Reads, TheFutureCannotBeRead) {
  const OrganizationId organization = make_organization(store_);
  EXPECT_EQ(balance_at(store_, organization, store_.now().plus(std::chrono::microseconds(1))),
            "bad_request");
  EXPECT_EQ(balance_at(store_, organization, store_.now()), "0 held 0");
  EXPECT_EQ(balance_at(store_, OrganizationId{numbered_id(7)}, kStart), "not_found");
}

TEST_P(Reads, AnOutcomeHasAllItsEntries) {
  const OrganizationId organization = make_organization(store_);
  ASSERT_TRUE(settle(store_, grant(organization, "g", "5")));
  ledger::Command hold = charge(organization, "h", "3");
  hold.action = ledger::PlaceHold{.amount = credits("3")};
  const auto held = settle(store_, std::move(hold));
  ASSERT_TRUE(held);
  ledger::Command capture = charge(organization, "p", "1");
  capture.action = ledger::CaptureHold{.hold = held->entry.subject, .amount = credits("1")};
  const auto captured = settle(store_, std::move(capture));
  ASSERT_TRUE(captured);
  ASSERT_EQ(captured->rest.size(), 1U);
  const auto found = read_outcome(organization, "p");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->entry.hash, captured->entry.hash);
  ASSERT_EQ(found->rest.size(), 1U);
  EXPECT_EQ(found->last().hash, captured->last().hash);
}

TEST_P(Reads, TheStateCountsWhatIsDueAndSaysWhen) {
  const OrganizationId organization = make_organization(store_);
  ledger::GrantTerms terms;
  terms.expires_at = kStart.plus(std::chrono::hours(1));
  ASSERT_TRUE(settle(store_, grant(organization, "g1", "5", terms)));
  ASSERT_TRUE(settle(store_, grant(organization, "g2", "2")));
  auto now = read_state(organization);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->at, kStart);
  EXPECT_EQ(now->state.balance.available, credits("7"));
  EXPECT_EQ(now->state.spendable.size(), 2U);
  clock_.advance(std::chrono::hours(1));
  now = read_state(organization);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->at, *terms.expires_at);
  EXPECT_EQ(now->state.balance.available, credits("2"));
  EXPECT_EQ(now->state.spendable.size(), 1U);
  EXPECT_EQ(name_of(read_state(OrganizationId{numbered_id(7)})), "not_found");
}

// A command about what is there already.
ledger::Command about(OrganizationId organization, std::string key, ledger::Action action) {
  ledger::Command command;
  command.organization = organization;
  command.origin.idempotency_key = std::move(key);
  command.action = std::move(action);
  return command;
}

TEST_P(Reads, ARecordNamesTheEntriesThatHaveChangedIt) {
  const OrganizationId organization = make_organization(store_);
  ASSERT_TRUE(settle(store_, grant(organization, "g", "9")));
  const auto held =
      settle(store_, about(organization, "h", ledger::PlaceHold{.amount = credits("5")}));
  ASSERT_TRUE(held);
  const Id128 hold = held->entry.subject;
  const auto part = settle(
      store_, about(organization, "c1",
                    ledger::CaptureHold{.hold = hold, .amount = credits("1"), .is_final = false}));
  ASSERT_TRUE(part);
  ASSERT_TRUE(settle(store_, charge(organization, "between", "1")));
  open_->reopen();
  ASSERT_TRUE(settle(open_->store(), about(organization, "e", ledger::ExtendHold{.hold = hold})));
  ASSERT_TRUE(
      settle(open_->store(),
             about(organization, "c2", ledger::CaptureHold{.hold = hold, .amount = credits("1")})));
  ASSERT_TRUE(settle(open_->store(), about(organization, "r",
                                           ledger::RefundCharge{.charge = part->entry.subject,
                                                                .amount = credits("0.5")})));
  const auto expect_all = [&] {
    using Kind = ledger::EntryKind;
    const auto kinds_about = [&](const Id128& id) {
      const auto record = read_record(open_->store(), organization, id);
      std::vector<Kind> kinds;
      if (!record) return kinds;
      EXPECT_FALSE(record->has_more_changes);
      for (const auto& entry : read_entries(open_->store(), organization, record->changes)) {
        kinds.push_back(entry.kind);
      }
      return kinds;
    };
    EXPECT_EQ(kinds_about(hold),
              (std::vector<Kind>{Kind::capture, Kind::extend, Kind::capture, Kind::release}));
    EXPECT_EQ(kinds_about(part->entry.subject), (std::vector<Kind>{Kind::refund}));
  };
  expect_all();
  open_->reopen();
  expect_all();
}

TEST_P(Reads, RecordsAreReadTogetherAndInOrder) {
  const OrganizationId organization = make_organization(store_);
  const Id128 granted = settle(store_, grant(organization, "g", "9"))->entry.subject;
  const Id128 charged = settle(store_, charge(organization, "c", "1"))->entry.subject;
  const std::vector<Id128> ids = {charged, numbered_id(1), granted};
  const auto records = await<Result<std::vector<std::optional<ledger::Record>>>>(
      [&](auto reply) { store_.read_records(organization, ids, reply); });
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 3U);
  ASSERT_TRUE((*records)[0]);
  EXPECT_TRUE(std::holds_alternative<ledger::ChargeRecord>((*records)[0]->value));
  EXPECT_FALSE((*records)[1]);
  ASSERT_TRUE((*records)[2]);
  EXPECT_TRUE(std::holds_alternative<ledger::GrantRecord>((*records)[2]->value));
}

TEST_P(Reads, EntriesAreReadByTheirNumbers) {
  const OrganizationId organization = make_organization(store_);
  ASSERT_TRUE(settle(store_, grant(organization, "g", "9")));
  ASSERT_TRUE(settle(store_, charge(organization, "c1", "1")));
  ASSERT_TRUE(settle(store_, charge(organization, "c2", "1")));
  const auto entries = read_entries(store_, organization, {0, 1, 3, 4});
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].seq, 1U);
  EXPECT_EQ(entries[1].seq, 3U);
  EXPECT_TRUE(read_entries(store_, organization, {}).empty());
  EXPECT_TRUE(read_entries(store_, OrganizationId{numbered_id(7)}, {1}).empty());
}

TEST_P(Reads, AChargeOfAListSaysWhatWasRefundedOfIt) {
  const OrganizationId organization = make_organization(store_);
  ASSERT_TRUE(settle(store_, grant(organization, "g", "9")));
  ASSERT_TRUE(settle(store_, charge(organization, "c1", "1")));
  const Id128 charged = settle(store_, charge(organization, "c2", "2"))->entry.subject;
  const auto refund = [&](std::string key, std::string_view amount) {
    ASSERT_TRUE(settle(open_->store(),
                       about(organization, std::move(key),
                             ledger::RefundCharge{.charge = charged, .amount = credits(amount)})));
  };
  const auto refunded = [&] {
    const auto page = await<Result<Page<ledger::ChargeStatus>>>(
        [&](auto reply) { open_->store().list_charges(organization, {}, reply); });
    std::string amounts;
    for (const ledger::ChargeStatus& each : page.value().records)
      amounts += each.refunded.to_string() + " ";
    return amounts;
  };
  EXPECT_EQ(refunded(), "0 0 ");
  refund("r1", "0.5");
  EXPECT_EQ(refunded(), "0 0.5 ");
  open_->reopen();
  EXPECT_EQ(refunded(), "0 0.5 ");
  refund("r2", "1");
  EXPECT_EQ(refunded(), "0 1.5 ");
}

INSTANTIATE_TEST_SUITE_P(Stores, Reads, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::reads_test
