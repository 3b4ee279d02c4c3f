// SPDX-License-Identifier: Apache-2.0
// A clock in doubt: what waits for it, what goes on and by which time, and how the doubt ends.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/await.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::clock_test {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr microseconds kDay = hours(24);

class ClockOf : public ::testing::TestWithParam<StoreKind> {
 protected:
  Store& store() { return open_->store(); }

  void pass(microseconds duration) {
    monotonic_us_ += duration.count();
    clock_.advance(duration);
  }
  ledger::Command command(std::string key, ledger::Action action) {
    ledger::Command command = charge(organization_, std::move(key), "1");
    command.action = std::move(action);
    return command;
  }
  Result<ledger::Outcome> act(std::string key, ledger::Action action) {
    return settle(store(), command(std::move(key), std::move(action)));
  }
  Result<ledger::Outcome> charge_one(std::string key) {
    return settle(store(), charge(organization_, std::move(key), "1"));
  }
  // What the store says is told as long as anybody waits for it.
  Result<directory::DirectoryOutcome> confirm() {
    return change(store(),
                  {.action = directory::ConfirmClock{.clock = store().clock_status().clock}});
  }
  std::vector<directory::AuditRecord> acts() {
    const auto page = await<Result<Page<directory::AuditRecord>>>(
        [&](auto reply) { store().list_audit_log({}, {.after = {}, .limit = 1'000}, reply); });
    return page ? page->records : std::vector<directory::AuditRecord>();
  }
  void stop_and_start_after(microseconds gap) {
    open_->wait_for_mark();
    clock_.advance(gap);
    open_->reopen();
  }

  ManualClock clock_{kStart};
  std::atomic<std::int64_t> monotonic_us_{1'000'000};
  std::atomic<KernelWord> kernel_{KernelWord::unknown};
  std::unique_ptr<OpenStore> open_ =
      GetParam().open(clock_, {.monotonic = [this] { return microseconds(monotonic_us_.load()); },
                               .ask_kernel = [this] { return kernel_.load(); }});
  OrganizationId organization_ = make_organization(store());
};

TEST_P(ClockOf, MovementsWaitAndAReleaseDoesNot) {
  const auto granted = settle(store(), grant(organization_, "g", "100"));
  const auto charged = charge_one("c");
  const auto hold = act("h", ledger::PlaceHold{.amount = credits("10")});
  const auto other = act("h2", ledger::PlaceHold{.amount = credits("10")});
  ASSERT_TRUE(granted && charged && hold && other);
  clock_.advance(2 * kDay);
  EXPECT_EQ(store().clock_status().doubt, ClockDoubt::leap);

  const Id128 id = hold->entry.subject;
  const std::vector<ledger::Action> movements = {
      ledger::CreateGrant{.terms = {.amount = credits("1"), .effective_at = kStart}},
      ledger::VoidGrant{.grant = granted->entry.subject},
      ledger::SetOverdraftLimit{.limit = credits("1")},
      ledger::CreateCharge{.amount = credits("1")},
      ledger::PlaceHold{.amount = credits("1")},
      ledger::ExtendHold{.hold = id},
      ledger::CaptureHold{.hold = id, .amount = credits("1")},
      ledger::RefundCharge{.charge = charged->entry.subject},
  };
  for (std::size_t i = 0; i < movements.size(); ++i) {
    const std::string key = "m" + std::to_string(i);
    const auto refused = act(key, movements[i]);
    ASSERT_EQ(name_of(refused), "unavailable") << i;
    EXPECT_NE(refused.error().message.find("clock"), std::string::npos);
    EXPECT_EQ(name_of(settle_act(store(), command(key, movements[i]))), "unavailable") << i;
  }
  const auto batch = settle_all(
      store(), {charge(organization_, "b", "1"), command("r", ledger::ReleaseHold{.hold = id})});
  EXPECT_EQ(name_of(batch[0]), "unavailable");
  ASSERT_TRUE(batch[1]);
  EXPECT_EQ(batch[1]->entry.at, kStart) << "not by the clock in doubt";
  const auto replayed = charge_one("c");
  ASSERT_TRUE(replayed) << "what was booked before is told again";
  EXPECT_TRUE(replayed->is_replayed);
  EXPECT_EQ(available(store(), organization_), "89");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");

  clock_.advance(-2 * kDay);
  EXPECT_TRUE(charge_one("c2")) << "the clock was set right";
}

TEST_P(ClockOf, WhatIsRefusedWhateverItShowsIsRefusedForThat) {
  ASSERT_TRUE(settle(store(), grant(organization_, "g", "100")));
  const auto hold = act("h", ledger::PlaceHold{.amount = credits("10")});
  ASSERT_TRUE(hold && charge_one("c"));
  ASSERT_TRUE(change(store(), {.action = directory::SetOrganizationStanding{
                                   organization_, directory::Standing::disabled}}));
  clock_.advance(2 * kDay);
  EXPECT_EQ(name_of(settle(store(), charge(organization_, "c", "2"))), "idempotency_key_reused");
  EXPECT_EQ(name_of(charge_one(" c")), "bad_request");
  EXPECT_EQ(name_of(settle(store(), charge({numbered_id(1)}, "c", "1"))), "not_found");
  EXPECT_EQ(name_of(charge_one("c2")), "organization_disabled");
  ledger::Command command = charge(organization_, "c3", "1");
  command.has_invalid_caller_key = true;
  EXPECT_EQ(name_of(settle(store(), command)), "organization_disabled");
  // These may go on, and wait for the clock.
  command.action = ledger::CaptureHold{.hold = hold->entry.subject, .amount = credits("1")};
  EXPECT_EQ(name_of(settle(store(), command)), "unavailable");
  ASSERT_TRUE(change(store(), {.action = directory::SetOrganizationStanding{
                                   organization_, directory::Standing::enabled}}));
  command.action = ledger::CreateCharge{.amount = credits("1")};
  EXPECT_EQ(name_of(settle(store(), command)), "unavailable");
  clock_.advance(-2 * kDay);
  EXPECT_EQ(name_of(settle(store(), command)), "caller_key_invalid");
  EXPECT_EQ(available(store(), organization_), "89");
}

TEST_P(ClockOf, OnlyWhatIsDueByLedgerTimeIsBooked) {
  ASSERT_TRUE(settle(store(), grant(organization_, "g", "100")));
  ASSERT_TRUE(settle(store(), grant(organization_, "g2", "7",
                                    ledger::GrantTerms{.expires_at = kStart.plus(kDay)})));
  const auto hold = act("h", ledger::PlaceHold{.amount = credits("10"), .ttl = minutes(10)});
  const auto other = act("h2", ledger::PlaceHold{.amount = credits("10"), .ttl = hours(10)});
  ASSERT_TRUE(hold && other);
  clock_.advance(400 * kDay);
  EXPECT_EQ(available(store(), organization_), "87");
  pass(minutes(11));
  EXPECT_EQ(available(store(), organization_), "97");
  const auto released = act("r", ledger::ReleaseHold{.hold = other->entry.subject});
  ASSERT_TRUE(released);
  EXPECT_EQ(released->entry.at, kStart.plus(minutes(11)));
  EXPECT_EQ(available(store(), organization_), "107");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

TEST_P(ClockOf, ActsGoOnByLedgerTime) {
  const UserId user = make_user(store(), "a@example.com");
  ASSERT_TRUE(join(store(), organization_, user));
  directory::ApiKey key = make_api_key(user, "secret");
  key.expires_at = kStart.plus(hours(1));
  ASSERT_TRUE(change(store(), {.action = directory::CreateApiKey{key}}));
  clock_.advance(400 * kDay);
  pass(seconds(3));
  EXPECT_TRUE(key.is_valid_at(store().now()));

  const std::vector<directory::DirectoryAction> actions = {
      directory::RotateApiKey{
          .key = key.id, .secret_digest = sha256("other"), .overlap = minutes(1)},
      directory::RevokeApiKey{key.id},
      directory::RemoveMembership{organization_, user},
      directory::SetUserStanding{user, directory::Standing::disabled},
      directory::SetOrganizationStanding{organization_, directory::Standing::disabled},
      directory::CreateUser{{.id = {numbered_id(77)}, .email = "b@example.com"}},
  };
  for (std::size_t i = 0; i < actions.size(); ++i) {
    EXPECT_EQ(name_of(change(store(), {.action = actions[i]})), "ok") << i;
  }
  const auto read = await<Result<directory::ApiKey>>(
      [&](auto reply) { store().read_api_key(key.id, std::move(reply)); });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->revoked_at, kStart.plus(seconds(3)));
  EXPECT_EQ(acts().back().at, kStart.plus(seconds(3)));
}

TEST_P(ClockOf, AnOperatorConfirmsTheClock) {
  ASSERT_TRUE(settle(store(), grant(organization_, "g", "100",
                                    ledger::GrantTerms{.expires_at = kStart.plus(kDay)})));
  clock_.advance(2 * kDay);
  ASSERT_EQ(name_of(charge_one("c")), "unavailable");
  ASSERT_TRUE(confirm());
  EXPECT_EQ(store().clock_status().doubt, ClockDoubt::none);
  EXPECT_EQ(name_of(charge_one("c")), "insufficient_credits");
  EXPECT_TRUE(settle(store(), grant(organization_, "g2", "1")));

  const auto all = acts();
  const auto act = std::find_if(all.begin(), all.end(), [](const directory::AuditRecord& each) {
    return each.act.kind == "clock.confirm";
  });
  ASSERT_NE(act, all.end());
  EXPECT_EQ(act->at, kStart);
  ASSERT_EQ(act->act.changes.size(), 1U);
  EXPECT_EQ(act->act.changes[0].before, kStart.to_string());
  EXPECT_EQ(act->act.changes[0].after, kStart.plus(2 * kDay).to_string());

  stop_and_start_after(seconds(1));
  EXPECT_EQ(store().clock_status().doubt, ClockDoubt::none) << "it is known after a restart";
  EXPECT_GE(store().now(), kStart.plus(2 * kDay));
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

TEST_P(ClockOf, AClockThatLeapsOnAfterItWasReadIsNotConfirmed) {
  clock_.advance(2 * kDay);
  const Instant seen = store().clock_status().clock;
  clock_.advance(10'000 * kDay);
  ASSERT_TRUE(change(store(), {.action = directory::ConfirmClock{.clock = seen}}));
  EXPECT_EQ(name_of(settle(store(), grant(organization_, "g", "1"))), "unavailable");
  EXPECT_EQ(store().now(), seen);
}

// The worst of all clocks: a server that is started once with it, and nobody asks anything.
TEST_P(ClockOf, AStartWithAClockThatIsFarAheadEndsNothing) {
  ASSERT_TRUE(settle(store(), grant(organization_, "g", "100",
                                    ledger::GrantTerms{.expires_at = kStart.plus(50 * kDay)})));
  stop_and_start_after(400 * kDay);
  EXPECT_NE(store().clock_status().doubt, ClockDoubt::none);
  EXPECT_EQ(available(store(), organization_), "100");
  EXPECT_EQ(name_of(charge_one("c")), "unavailable");
  clock_.advance(-400 * kDay);
  EXPECT_TRUE(charge_one("c"));
  EXPECT_EQ(available(store(), organization_), "99");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

TEST_P(ClockOf, LedgerTimeAheadOfTheClockIsTold) {
  ASSERT_TRUE(settle(store(), grant(organization_, "g", "100")));
  clock_.advance(-hours(8));
  EXPECT_EQ(store().clock_status().ahead(), hours(8));
  EXPECT_EQ(store().now(), kStart);
  EXPECT_EQ(store().clock_status().doubt, ClockDoubt::none);
  EXPECT_TRUE(charge_one("c"));
}

INSTANTIATE_TEST_SUITE_P(Stores, ClockOf, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::clock_test
