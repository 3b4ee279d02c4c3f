// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/state.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/ledger/apply.hpp"
#include "tests/model/earlier_state.hpp"
#include "tests/model/story.hpp"

namespace farthing::ledger::state_test {

using model::Story;

std::string bytes_of(const OrganizationState& state) {
  std::string bytes;
  append_encoded(state, bytes);
  return bytes;
}

Story sample_story() {
  Story story;
  story.tell("0 grant 1 5 expires=10 priority=-3");
  story.tell("0 grant 2 5");
  story.tell("0 grant 3 5 effective=7 expires=8");
  story.tell("1 charge 4 2");
  story.tell("1 hold 5 1 ttl=60 over=overdraft");
  story.tell("1 hold 6 1 ttl=30 caller=1");
  story.tell("1 limit 7 9");
  return story;
}

TEST(State, ReadsBackWhatIsStored) {
  Story empty;
  Story sample = sample_story();
  Story spent = sample_story();
  spent.tell("9 charge 15 7 caller=2");
  spent.tell("99999 refund 16 6 charge=15");
  spent.tell("99999 hold 17 1 caller=3");
  ASSERT_EQ(spent.state().spending.size(), 2U);
  ASSERT_EQ(spent.state().spending.at(model::id(2)).total.to_string(), "-6");
  Story owing = sample_story();
  owing.tell("9 void 8 grant=2");
  owing.tell("9 charge 10 5");
  owing.tell("9 charge 11 4");
  ASSERT_EQ(owing.state().debts.size(), 2U);
  ASSERT_EQ(owing.state().held_lots.size(), 1U);
  for (const Story* story : {&empty, &sample, &spent, &owing}) {
    const auto read = decode_state(bytes_of(story->state()));
    ASSERT_TRUE(read);
    EXPECT_EQ(bytes_of(*read), bytes_of(story->state()));
  }
}

// A state that was read decides as the one that was written.
TEST(State, GoesOnWhereItWasStored) {
  Story story = sample_story();
  const OrganizationState read = decode_state(bytes_of(story.state())).value();
  EXPECT_EQ(read.organization, story.state().organization);
  EXPECT_EQ(read.last_seq, 7U);
  EXPECT_EQ(read.last_hash, story.entries().back().hash);
  EXPECT_EQ(read.last_at, model::second(1));
  EXPECT_EQ(read.balance.available.to_string(), "6");
  EXPECT_EQ(read.balance.held.to_string(), "2");
  EXPECT_EQ(read.overdraft_limit.to_string(), "9");
  EXPECT_EQ(read.spendable.size(), 2U);
  EXPECT_EQ(read.spendable.back().remaining.to_string(), "1");
  EXPECT_EQ(read.expiries, story.state().expiries);
  EXPECT_EQ(read.hold_expiries, story.state().hold_expiries);
  EXPECT_EQ(read.holds.at(story.id_of(5)).status, story.state().holds.at(story.id_of(5)).status);
  EXPECT_EQ(read.held_lots.at(story.id_of(1)).held.to_string(), "2");
  EXPECT_EQ(read.holds.at(story.id_of(6)).caller_key, ApiKeyId{model::id(1)});
  EXPECT_EQ(read.spending, story.state().spending);
  EXPECT_EQ(read.spending.at(model::id(1)).held.to_string(), "1");
  EXPECT_EQ(read.spending_after, 0U);
  EXPECT_EQ(read.coming.size(), 1U);
  EXPECT_EQ(read.next_due_at, model::second(7));
}

TEST(State, RefusesEveryTruncation) {
  const std::string whole = bytes_of(sample_story().state());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(decode_state({cut.data(), cut.size()})) << size;
  }
  EXPECT_FALSE(decode_state(whole + '\0'));
}

TEST(State, RefusesUnknownFormats) {
  std::string bytes = bytes_of(sample_story().state());
  for (const char format : {'\0', '\4', '\xff'}) {
    bytes.front() = format;
    EXPECT_FALSE(decode_state(bytes));
  }
}

// Of before spending was counted: it counts from there on, and a refund of what was charged before
// gives nothing back.
TEST(State, OfTheFirstFormatIsReadToo) {
  Story story;
  story.tell("0 grant 1 9");
  story.tell("1 charge 2 2");
  story.tell("1 hold 3 3 ttl=60");
  std::string bytes = bytes_of(story.state());
  // What the hold says of its caller stands before the debts, of which there are none, and the next
  // due instant; the spending, of nobody, at the end.
  constexpr std::size_t kSpendingSize = 2;
  constexpr std::size_t kBetween = 1 + 9;
  bytes.front() = '\1';
  bytes.resize(bytes.size() - kSpendingSize);
  bytes.erase(bytes.size() - kBetween - 1, 1);
  const auto state = decode_state(bytes);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->last_seq, 3U);
  EXPECT_EQ(state->balance, story.state().balance);
  EXPECT_EQ(state->next_due_at, story.state().next_due_at);
  EXPECT_EQ(state->holds.at(story.id_of(3)).lots, story.state().holds.at(story.id_of(3)).lots);
  EXPECT_EQ(state->spending_after, 3U);

  OrganizationState later = *state;
  Entry refund = story.entries()[1];
  refund.seq = 4;
  refund.kind = EntryKind::refund;
  refund.parent = refund.subject;
  refund.origin.caller_key = ApiKeyId{model::id(1)};
  apply(later, refund);
  EXPECT_TRUE(later.spending.empty());
  EXPECT_EQ(decode_state(bytes_of(later)).value().spending_after, 3U);
}

// It has what was spent on all days.
TEST(State, OfTheSecondFormatIsReadToo) {
  OrganizationState state = sample_story().state();
  state.spending[model::id(2)] = {.held = {},
                                  .total = Credits::max(),
                                  .month = Credits::from_nano(1'000),
                                  .day = Credits::from_nano(1),
                                  .day_number = 20'000};
  const auto read = decode_state(model::encode_as_version_2(state));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->spending, state.spending);
  EXPECT_EQ(bytes_of(*read), bytes_of(state));
}

TEST(State, RefusesSpendingBelowZero) {
  OrganizationState state;
  state.spending[model::id(1)].held = Credits::from_nano(-1);
  EXPECT_FALSE(decode_state(bytes_of(state)));
  state.spending[model::id(1)] = {.day = Credits::from_nano(-1)};
  EXPECT_TRUE(decode_state(bytes_of(state)));
  EXPECT_FALSE(decode_state(model::encode_as_version_2(state)));
}

RC_GTEST_PROP(StateProperty, ReadingRandomBytesNeverCrashes, (std::string bytes, bool has_format)) {
  if (has_format) bytes.insert(0, 1, *rc::gen::element('\1', '\2', '\3'));
  const auto state = decode_state(bytes);
  if (state) RC_ASSERT(decode_state(bytes_of(*state)).has_value());
}

RC_GTEST_PROP(StateProperty, ReadingBentBytesNeverCrashes, (char value, std::uint16_t place)) {
  std::string bytes = bytes_of(sample_story().state());
  bytes[place % bytes.size()] = value;
  const auto state = decode_state(bytes);
  if (state) RC_ASSERT(decode_state(bytes_of(*state)).has_value());
}

// Few values, so that lots are often alike in all but one term.
rc::Gen<Lot> lots() {
  return rc::gen::exec([] {
    Lot lot;
    lot.grant = model::id(*rc::gen::inRange(0U, 3U));
    lot.terms.priority = *rc::gen::inRange(0, 2);
    lot.terms.effective_at = model::second(*rc::gen::inRange(0, 2));
    const int expires = *rc::gen::inRange(0, 3);
    if (expires > 0) lot.terms.expires_at = model::second(expires);
    return lot;
  });
}

RC_GTEST_PROP(StateProperty, BurnOrderIsAnOrder, ()) {
  const Lot a = *lots();
  const Lot b = *lots();
  const Lot c = *lots();
  RC_ASSERT(!burns_before(a, a));
  RC_ASSERT(!(burns_before(a, b) && burns_before(b, a)));
  RC_ASSERT(!(burns_before(a, b) && burns_before(b, c)) || burns_before(a, c));
  RC_ASSERT(burns_before(a, b) || burns_before(b, a) || a.grant == b.grant);
}

}  // namespace farthing::ledger::state_test
