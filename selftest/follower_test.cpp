// SPDX-License-Identifier: Apache-2.0
// That what watches others is awake: a true round satisfies the follower, and each way to bend one
// is found.
#include "selftest/follower.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/clock.hpp"
#include "selftest/check.hpp"
#include "selftest/submitters.hpp"
#include "server/testing/memory_store.hpp"

namespace farthing::selftest::follower_test {

const Instant kNow = *Instant::parse("2026-01-01T00:00:00Z");

class MemorySubject final : public Subject {
 public:
  explicit MemorySubject(const Clock& clock) : store_(clock) {}
  store::Store& store() override { return store_; }
  void reopen() override {}

 private:
  store::MemoryStore store_;
};

// A round of an organization, played on a store: two charges out of a grant, the second one sent
// again and then again as another request, a charge that is too large, and a balance.
class FollowerTest : public ::testing::Test {
 protected:
  FollowerTest() {
    (void)subject_.store().change(
        {.origin = {}, .action = directory::CreateOrganization{{.id = follower_.organization()}}},
        [](const auto&) {});
    add(command("g", ledger::CreateGrant{.terms = {.amount = Credits::from_nano(10)}}));
    add(charge("c1", 4));
    add(charge("c2", 5));
    add(charge("c2", 5));
    ledger::Command other = charge("c2", 5);
    other.origin.fingerprint[0] = 1;
    add(other);
    add(charge("c3", 2));
    Step read;
    read.clock = kNow;
    read.organization = follower_.organization();
    script().push_back(read);
    play(round_, subject_, clock_);
    entries_ = read_entries(subject_.store(), follower_.organization(), {}).value();
  }

  ledger::Command command(std::string key, ledger::Action action) const {
    ledger::Command made;
    made.organization = follower_.organization();
    made.origin.idempotency_key = std::move(key);
    made.action = std::move(action);
    return made;
  }
  ledger::Command charge(std::string key, std::int64_t nano) const {
    return command(std::move(key), ledger::CreateCharge{.amount = Credits::from_nano(nano)});
  }
  std::vector<Step>& script() {
    round_.scripts.resize(1);
    return round_.scripts.front();
  }
  void add(ledger::Command asked) {
    Step step;
    step.clock = kNow;
    step.bookings.push_back({.command = std::move(asked), .answer = {}});
    script().push_back(step);
  }
  Result<ledger::Outcome>& answer(std::size_t step) { return *script()[step].bookings[0].answer; }
  // The first complaint, or nothing.
  std::string follow() {
    const auto complaints = follower_.follow(entries_, round_, std::span(&kNow, 1));
    return complaints.empty() ? "" : complaints.front();
  }

  ManualClock clock_{kNow};
  MemorySubject subject_{clock_};
  Follower follower_{1};
  Round round_;
  std::vector<ledger::Entry> entries_;
};

TEST_F(FollowerTest, IsSatisfiedWithWhatIsTrue) {
  EXPECT_EQ(follow(), "");
  EXPECT_EQ(check_present(subject_.store(), follower_, kNow, entries_), std::vector<std::string>{});
  EXPECT_EQ(check_chain(subject_.store(), follower_), std::vector<std::string>{});
}

TEST_F(FollowerTest, FindsAnAcknowledgedChargeThatIsLost) {
  entries_.pop_back();
  script().resize(3);
  EXPECT_EQ(follow(), "what was answered to key c2 is not in the ledger");
}

TEST_F(FollowerTest, FindsAChargeThatWasBookedTwice) {
  entries_.push_back(entries_.back());
  EXPECT_NE(follow(), "");
}

TEST_F(FollowerTest, FindsAChargeThatWasRefusedAndBooked) {
  answer(2) = make_error(ErrorCode::insufficient_credits);
  script().resize(3);
  EXPECT_EQ(follow(), "entry 3 (charge), key c2, was booked, and nobody was told so");
}

TEST_F(FollowerTest, AcceptsEitherEndOfWhatWasLeftInDoubt) {
  answer(2) = make_error(ErrorCode::unavailable);
  script().resize(3);
  EXPECT_EQ(follow(), "");
  entries_.clear();
  script().resize(1);
  round_.scripts.front()[0].bookings[0] = {.command = charge("c9", 1),
                                           .answer = make_error(ErrorCode::unavailable)};
  EXPECT_EQ(follow(), "");
}

TEST_F(FollowerTest, AcceptsThatTheFirstOfTwoLeftInDoubtWasBooked) {
  answer(1) = make_error(ErrorCode::unavailable);
  // Asked again when all was over, so after the charge that stands behind it was answered.
  Step again = script()[1];
  again.called = script().back().returned + 1;
  again.returned = again.called + 1;
  script().push_back(again);
  EXPECT_EQ(follow(), "");
}

TEST_F(FollowerTest, FindsAnAnswerThatSaysSomethingElse) {
  answer(1)->entry.available = Credits::from_nano(7);
  EXPECT_EQ(follow(), "what was answered to key c1 is in the ledger as something else");
}

TEST_F(FollowerTest, FindsARefusalWithoutReason) {
  script().back().bookings.push_back(
      {.command = charge("c4", 1), .answer = make_error(ErrorCode::insufficient_credits)});
  script().back().balance.reset();
  EXPECT_NE(follow().find("key c4, was refused without reason"), std::string::npos);
}

TEST_F(FollowerTest, FindsABalanceThatNeverWas) {
  script().back().balance = ledger::Balance{.available = Credits::from_nano(2), .held = {}};
  EXPECT_EQ(follow(), "a balance was never that: 0.000000002 available, 0 held");
}

TEST_F(FollowerTest, FindsABalanceOfAnEarlierMoment) {
  script().back().balance = ledger::Balance{.available = Credits::from_nano(6), .held = {}};
  EXPECT_EQ(follow(), "a balance was never that: 0.000000006 available, 0 held");
}

TEST_F(FollowerTest, AcceptsABalanceOfAnyMomentOfItsReading) {
  script().back().balance = ledger::Balance{.available = Credits::from_nano(6), .held = {}};
  script().back().called = 0;
  EXPECT_EQ(follow(), "");
}

TEST_F(FollowerTest, FindsAnOrderThatCannotHaveBeen) {
  script()[1].called = 100;
  script()[1].returned = 101;
  EXPECT_EQ(follow(),
            "entry 3 (charge) was answered before entry 2 (charge) was asked for, and stands "
            "behind it");
}

TEST_F(FollowerTest, FindsAnInstantThatTheClockHasNotShown) {
  const Instant other = kNow.plus(std::chrono::microseconds(1));
  EXPECT_NE(follower_.follow(entries_, round_, std::span(&other, 1)), std::vector<std::string>{});
}

TEST_F(FollowerTest, FindsABrokenChain) {
  entries_[1].hash[0] ^= 1;
  EXPECT_NE(follow(), "");
}

TEST_F(FollowerTest, FindsAReplayThatSaysSomethingElse) {
  answer(3)->entry.amount = Credits::from_nano(4);
  EXPECT_EQ(follow(), "a replay answered with other entries");
}

TEST_F(FollowerTest, FindsAReusedKeyThatWasReplayed) {
  answer(4) = answer(3);
  EXPECT_EQ(follow(), "a replay was judged wrongly");
}

TEST_F(FollowerTest, FindsAPresentThatIsAnother) {
  ASSERT_EQ(follow(), "");
  MemorySubject empty(clock_);
  (void)empty.store().change(
      {.origin = {}, .action = directory::CreateOrganization{{.id = follower_.organization()}}},
      [](const auto&) {});
  EXPECT_NE(check_present(empty.store(), follower_, kNow, entries_), std::vector<std::string>{});
  EXPECT_NE(check_chain(empty.store(), follower_), std::vector<std::string>{});
}

}  // namespace farthing::selftest::follower_test
