// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/soundness.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include "server/ledger/decide.hpp"
#include "tests/model/story.hpp"

namespace farthing::ledger::soundness_test {

using model::Story;

Story story_of(const std::vector<std::string>& lines) {
  Story story;
  for (const std::string& line : lines) story.tell(line);
  return story;
}

std::vector<std::string> sample() {
  return {"0 grant 1 5 expires=10 priority=-3",
          "0 grant 2 5",
          "0 grant 3 5 effective=7 expires=8",
          "1 charge 4 2",
          "1 hold 5 1 ttl=60 over=overdraft",
          "1 hold 6 1 ttl=30 caller=1",
          "1 limit 7 9"};
}

TEST(Soundness, AllThatTheRulesMakeIsSound) {
  auto lines = sample();
  for (const std::string line :
       {"9 void 8 grant=2", "9 charge 10 5", "9 charge 11 4", "10 capture 12 2 hold=5",
        "99999 grant 13 1", "100000 refund 14 1 charge=4"}) {
    EXPECT_TRUE(is_sound(story_of(lines).state())) << "before " << line;
    lines.push_back(line);
  }
  EXPECT_TRUE(is_sound(story_of(lines).state()));
  EXPECT_TRUE(is_sound(OrganizationState()));
}

TEST(Soundness, WhatDoesNotAddUpIsUnsound) {
  const OrganizationState good = story_of(sample()).state();
  const auto is_sound_after = [&good](auto change) {
    OrganizationState state = good;
    change(state);
    return is_sound(state);
  };
  const Credits one = Credits::parse("1").value();
  EXPECT_FALSE(is_sound_after([&](auto& state) { state.balance.available = one; }));
  EXPECT_FALSE(is_sound_after([&](auto& state) { state.balance.held = one; }));
  EXPECT_FALSE(is_sound_after([&](auto& state) {
    Credits& remaining = state.spendable.back().remaining;
    remaining = remaining.plus(one).value();
  }));
  EXPECT_FALSE(is_sound_after([](auto& state) {
    state.spendable.back().remaining = Credits::from_nano(std::numeric_limits<std::int64_t>::min());
  }));
  EXPECT_FALSE(is_sound_after(
      [](auto& state) { std::swap(state.spendable.front(), state.spendable.back()); }));
  EXPECT_FALSE(is_sound_after([](auto& state) { state.holds.begin()->second.lots.clear(); }));
  EXPECT_FALSE(is_sound_after(
      [](auto& state) { state.holds.begin()->second.status.state = HoldState::released; }));
  EXPECT_FALSE(is_sound_after([](auto& state) { state.spending.clear(); }));
  EXPECT_FALSE(is_sound_after([](auto& state) { state.spending.begin()->second.held = {}; }));
  EXPECT_FALSE(is_sound_after([&](auto& state) { state.spending[model::id(2)].held = one; }));
  EXPECT_TRUE(is_sound_after([&](auto& state) { state.spending[model::id(2)].total = one; }));
  EXPECT_FALSE(is_sound_after([](auto& state) { state.held_lots.clear(); }));
  EXPECT_FALSE(is_sound_after([](auto& state) { state.next_due_at.reset(); }));
  EXPECT_FALSE(is_sound_after(
      [](auto& state) { state.last_at = state.next_due_at->plus(std::chrono::microseconds(1)); }));
  EXPECT_FALSE(is_sound_after([&](auto& state) { state.debts[Id128()] = Credits(); }));
}

// Whatever one byte of a stored state is, it cannot be read, is unsound, or can be worked with.
TEST(Soundness, AFlippedByteIsNoneOfTheRulesTrouble) {
  std::string stored;
  append_encoded(story_of(sample()).state(), stored);
  for (std::size_t place = 0; place < stored.size(); ++place) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = stored;
      flipped[place] = static_cast<char>(flipped[place] ^ (1 << bit));
      const auto state = decode_state(flipped);
      if (!state || !is_sound(*state)) continue;
      OrganizationState worked = *state;
      Booked booked;
      book_due(worked, std::max(worked.last_at, Instant::from_us(0)), booked);
      EXPECT_TRUE(is_sound(worked)) << place << " " << bit;
    }
  }
}

TEST(Soundness, EntriesHaveWhatTheirKindHas) {
  Entry entry;
  entry.seq = 1;
  entry.kind = EntryKind::charge;
  entry.amount = Credits::parse("1").value();
  EXPECT_TRUE(is_sound(entry));
  for (const EntryKind kind : {EntryKind::grant, EntryKind::hold, EntryKind::capture,
                               EntryKind::refund, EntryKind::release}) {
    entry.kind = kind;
    EXPECT_FALSE(is_sound(entry)) << to_string(kind);
  }
  entry.kind = EntryKind::charge;
  const Credits most = Credits::from_nano(std::numeric_limits<std::int64_t>::max());
  entry.lots = {{.grant = {}, .amount = most}, {.grant = {}, .amount = most}};
  EXPECT_FALSE(is_sound(entry));
}

TEST(Soundness, AChargesRecordAddsUp) {
  const Credits one = Credits::parse("1").value();
  ChargeRecord charge{.amount = one, .refunded = {}, .debt = {}, .payments = {{{}, one}}};
  EXPECT_TRUE(is_sound(Record{.last_seq = 1, .value = charge, .changes = {}}));
  charge.refunded = one;
  EXPECT_FALSE(is_sound(Record{.last_seq = 1, .value = charge, .changes = {}}));
}

}  // namespace farthing::ledger::soundness_test
