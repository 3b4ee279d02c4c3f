// SPDX-License-Identifier: Apache-2.0
#include "server/service/stories.hpp"

#include <chrono>
#include <string>
#include <vector>

#include "server/testing/store_fixture.hpp"

namespace farthing::service::stories_test {

using ledger::EntryKind;

class StoriesTest : public StoreTest {
 protected:
  StoriesTest() { grant(organization_, "10"); }

  static Credits credits(std::string_view text) { return *Credits::parse(text); }
  ledger::Entry charge(std::string_view amount) {
    return settled([&](auto reply) {
      metering_.create_charge(next(), {.organization = organization_, .amount = credits(amount)},
                              std::move(reply));
    });
  }
  ledger::Entry hold(std::string_view amount) {
    return settled([&](auto reply) {
      metering_.place_hold(next(),
                           {.organization = organization_,
                            .amount = credits(amount),
                            .ttl = std::chrono::minutes(1)},
                           std::move(reply));
    });
  }
  ledger::Entry capture(const ledger::Entry& hold, const Capture& capture) {
    return settled([&](auto reply) {
      metering_.capture_hold(next(), {organization_, hold.subject}, capture, std::move(reply));
    });
  }
  ledger::Entry refund(const ledger::Entry& charge, std::string_view amount) {
    return settled([&](auto reply) {
      metering_.refund_charge(next(), {organization_, charge.subject}, {.amount = credits(amount)},
                              std::move(reply));
    });
  }
  Result<ChargeStory> read_charge(const Id128& id) {
    return answer_of<ChargeStory>([&](auto reply) {
      stories_.read_charge({organization_, id}, std::move(reply));
    });
  }
  Result<HoldStory> read_hold(const Id128& id) {
    return answer_of<HoldStory>([&](auto reply) {
      stories_.read_hold({organization_, id}, std::move(reply));
    });
  }
  static std::vector<EntryKind> kinds_of(const std::vector<ledger::Entry>& entries) {
    std::vector<EntryKind> kinds;
    for (const ledger::Entry& entry : entries) kinds.push_back(entry.kind);
    return kinds;
  }

  const Stories stories_{store_};
  const OrganizationId organization_ = add_organization("Acme").id;

 private:
  template <class Call>
  ledger::Entry settled(Call call) {
    auto outcome = answer_of<ledger::Outcome>(call);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return std::move(outcome)->entry;
  }
  Requester next() { return under("request " + std::to_string(++requests_)); }

  int requests_ = 0;
};

TEST_F(StoriesTest, AChargeHasItsRefunds) {
  const ledger::Entry charged = charge("4");
  charge("1");
  refund(charged, "1");
  refund(charged, "0.5");
  const auto story = read_charge(charged.subject);
  ASSERT_TRUE(story);
  EXPECT_EQ(story->entry.hash, charged.hash);
  EXPECT_EQ(story->record.refunded, credits("1.5"));
  EXPECT_EQ(kinds_of(story->changes), (std::vector{EntryKind::refund, EntryKind::refund}));
  EXPECT_FALSE(story->has_more);
}

TEST_F(StoriesTest, AHoldHasItsCapturesAndItsEnd) {
  const ledger::Entry held = hold("5");
  const ledger::Entry part = capture(held, {.amount = credits("1"), .is_final = false});
  capture(held, {.amount = credits("2")});
  const auto story = read_hold(held.subject);
  ASSERT_TRUE(story);
  EXPECT_EQ(story->status.state, ledger::HoldState::captured);
  EXPECT_EQ(kinds_of(story->changes),
            (std::vector{EntryKind::capture, EntryKind::capture, EntryKind::release}));
  EXPECT_EQ(story->changes.front().subject, part.subject);
  EXPECT_EQ(story->balance.available, credits("7"));
  const auto of_part = read_charge(part.subject);
  ASSERT_TRUE(of_part);
  EXPECT_EQ(of_part->entry.parent, held.subject);
}

// Whether that is booked yet or not.
TEST_F(StoriesTest, AHoldThatRanOutHasEnded) {
  const ledger::Entry held = hold("5");
  clock_.advance(std::chrono::hours(1));
  const auto before = read_hold(held.subject);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->status.state, ledger::HoldState::expired);
  EXPECT_EQ(before->balance.available, credits("10"));
  EXPECT_TRUE(before->changes.empty());
  charge("1");
  const auto after = read_hold(held.subject);
  ASSERT_TRUE(after);
  EXPECT_EQ(kinds_of(after->changes), std::vector{EntryKind::release});
}

TEST_F(StoriesTest, WhatIsOfAnotherKindIsNotFound) {
  const ledger::Entry charged = charge("1");
  const ledger::Entry held = hold("1");
  for (const auto& refused : {read_charge(held.subject), read_charge(Id128{})}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  }
  const auto refused = read_hold(charged.subject);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
}

}  // namespace farthing::service::stories_test
