// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/apply.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/model/story.hpp"

namespace farthing::ledger::apply_test {

using model::Story;

std::string bytes_of(const OrganizationState& state) {
  std::string bytes;
  append_encoded(state, bytes);
  return bytes;
}

Story long_story() {
  Story story;
  for (const std::string line :
       {"0 grant 1 5 expires=10", "0 grant 2 5 effective=3 expires=30", "0 grant 3 5 priority=1",
        "2 charge 4 4", "4 charge 5 3", "15 charge 6 1", "40 grant 7 1 effective=50"}) {
    story.tell(line);
  }
  return story;
}

// The journal is read back entry by entry.
TEST(Apply, OfTheStoredEntriesLeadsToTheSameState) {
  const Story story = long_story();
  OrganizationState state{.organization = story.state().organization};
  for (const Entry& entry : story.entries()) {
    std::string stored;
    append_encoded(entry, canonical_bytes(entry), stored);
    apply(state, decode_entry(stored).value());
  }
  EXPECT_EQ(bytes_of(state), bytes_of(story.state()));
}

TEST(Apply, KeepsWhatIsNextAtTheEnd) {
  Story story;
  story.tell("0 grant 1 1");
  story.tell("0 grant 2 1 expires=9");
  story.tell("0 grant 3 1 priority=5");
  story.tell("0 grant 4 1 effective=8");
  story.tell("0 grant 5 1 effective=7");
  std::vector<Id128> spendable;
  for (const Lot& lot : story.state().spendable) spendable.push_back(lot.grant);
  EXPECT_EQ(spendable, (std::vector{story.id_of(1), story.id_of(2), story.id_of(3)}));
  std::vector<Id128> coming;
  for (const Lot& lot : story.state().coming) coming.push_back(lot.grant);
  EXPECT_EQ(coming, (std::vector{story.id_of(4), story.id_of(5)}));
}

TEST(Apply, KnowsWhatFallsDueNext) {
  struct Step {
    std::string command;
    std::optional<Instant> next_due_at;
  };
  const std::vector<Step> steps = {
      {"0 grant 1 1", std::nullopt},
      {"0 grant 2 2 expires=20", model::second(20)},
      {"0 grant 3 1 effective=10", model::second(10)},
      {"0 grant 4 1 effective=5 expires=30", model::second(5)},
      {"5 grant 5 1", model::second(10)},
      {"6 charge 6 2", model::second(10)},
      {"12 charge 7 0.5", model::second(30)},
      {"30 grant 8 1", std::nullopt},
  };
  Story story;
  for (const Step& step : steps) {
    story.tell(step.command);
    EXPECT_EQ(story.state().next_due_at, step.next_due_at) << step.command;
  }
}

TEST(Apply, TakesOverTheEndOfTheChain) {
  const Story story = long_story();
  const Entry& last = story.entries().back();
  EXPECT_EQ(story.state().last_seq, last.seq);
  EXPECT_EQ(story.state().last_at, last.at);
  EXPECT_EQ(story.state().last_hash, last.hash);
  EXPECT_EQ(story.state().balance, (Balance{.available = last.available, .held = last.held}));
}

using ApplyDeathTest = testing::Test;

TEST(ApplyDeathTest, RefusesWhatIsNotTheNextEntry) {
  const Story story = long_story();
  OrganizationState state = story.state();
  Entry next = story.entries().front();
  next.seq = state.last_seq + 1;
  next.at = state.last_at;
  next.terms->effective_at = next.at;
  next.terms->expires_at.reset();
  {
    OrganizationState fits = state;
    apply(fits, next);
    EXPECT_EQ(fits.last_seq, next.seq);
  }
  Entry gap = next;
  ++gap.seq;
  EXPECT_DEATH(apply(state, gap), "seq");
  Entry earlier = next;
  earlier.at = state.last_at.plus(std::chrono::microseconds(-1));
  EXPECT_DEATH(apply(state, earlier), "last_at");
  Entry foreign = next;
  foreign.organization = OrganizationId{model::id(1)};
  EXPECT_DEATH(apply(state, foreign), "organization");
}

TEST(ApplyDeathTest, RefusesAChargeThatDoesNotFitTheLots) {
  Story story;
  story.tell("0 grant 1 5");
  story.tell("0 grant 2 5");
  OrganizationState state = story.state();
  Entry charge{
      .organization = state.organization, .seq = 3, .kind = EntryKind::charge, .at = state.last_at};
  const Credits one = Credits::from_nano(1);
  charge.lots = {{story.id_of(2), one}};  // not the first in burn order
  EXPECT_DEATH(apply(state, charge), "lot");
  charge.lots = {{story.id_of(1), Credits::max()}};  // more than there is
  EXPECT_DEATH(apply(state, charge), "remaining");
  charge.lots = {{story.id_of(1), one},
                 {story.id_of(2), one}};  // goes on though the first has a rest
  EXPECT_DEATH(apply(state, charge), "back");
}

}  // namespace farthing::ledger::apply_test
