// SPDX-License-Identifier: Apache-2.0
// The rules of what goes back: refunds and voids.
#include <gtest/gtest.h>

#include "server/ledger/decide.hpp"
#include "tests/model/expect_story.hpp"

namespace farthing::ledger::refund_rules_test {

using model::expect_story;

TEST(Refund, GoesBackInTheReverseOfPayment) {
  expect_story({
      {"0 grant 1 2", "#1 0 grant 1 2 = 2"},
      {"0 grant 2 5", "#2 0 grant 2 5 = 7"},
      {"1 charge 3 6", "#3 1 charge 3 6 from 1:2 2:4 = 1"},
      {"2 refund 4 1 charge=3", "#4 2 refund 4 of 3 1 to 2:1 = 2"},
      {"2 refund 5 4 charge=3", "#5 2 refund 5 of 3 4 to 2:3 1:1 = 6"},
      {"2 refund 6 1.5 charge=3", "refused refund_exceeds_charge required=1.5 refundable=1"},
      {"2 refund 6 all charge=3", "#6 2 refund 6 of 3 1 to 1:1 = 7"},
      {"2 refund 7 all charge=3", "refused charge_fully_refunded"},
      {"2 refund 7 1 charge=3", "refused charge_fully_refunded"},
      {"3 charge 8 7", "#7 3 charge 8 7 from 1:2 2:5 = 0"},
  });
}

TEST(Refund, OfACaptureIsOneOfACharge) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 hold 2 4", "#2 0 hold 2 4 from 1:4 = 1 held 4"},
      {"1 capture 3 2 hold=2 final=no", "#3 1 capture 3 of 2 2 from 1:2 = 1 held 2"},
      {"2 refund 4 all charge=3", "#4 2 refund 4 of 3 2 to 1:2 = 3 held 2"},
      {"2 refund 5 all charge=2", "refused not_found"},
      {"2 capture 6 all hold=2", "#5 2 capture 6 of 2 2 from 1:2 = 3"},
  });
}

TEST(Refund, OfNothingIsNotFound) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 refund 2 all charge=9", "refused not_found"},
      {"0 refund 2 all charge=1", "refused not_found"},
  });
}

TEST(Refund, ToALotThatHasEndedEndsAtOnce) {
  expect_story({
      {"0 grant 1 5 expires=10", "#1 0 grant 1 5 = 5"},
      {"0 grant 2 5 expires=30", "#2 0 grant 2 5 = 10"},
      {"0 grant 3 5 priority=200", "#3 0 grant 3 5 = 15"},
      {"1 charge 4 11", "#4 1 charge 4 11 from 1:5 2:5 3:1 = 4"},
      {"9 refund 5 2 charge=4", "#5 9 refund 5 of 4 2 to 3:1 2:1 = 6"},
      {"10 refund 6 7 charge=4", "#6 10 refund 6 of 4 7 to 2:4 1:3! = 10"},
      {"40 refund 7 all charge=4", "#7 30 expire 2 5 = 5; #8 40 refund 7 of 4 2 to 1:2! = 5"},
  });
}

// It was spent, or all of what was left is held: it comes back with its terms.
TEST(Refund, BringsALotBack) {
  expect_story({
      {"0 grant 1 5 expires=20 priority=3", "#1 0 grant 1 5 = 5"},
      {"0 grant 2 5 priority=3", "#2 0 grant 2 5 = 10"},
      {"0 charge 3 5", "#3 0 charge 3 5 from 1:5 = 5"},
      {"5 refund 4 2 charge=3", "#4 5 refund 4 of 3 2 to 1:2 = 7"},
      {"6 hold 5 2 ttl=60", "#5 6 hold 5 2 from 1:2 = 5 held 2"},
      {"7 refund 6 1 charge=3", "#6 7 refund 6 of 3 1 to 1:1 = 6 held 2"},
      {"8 charge 7 2", "#7 8 charge 7 2 from 1:1 2:1 = 4 held 2"},
      {"9 refund 8 all charge=3", "#8 9 refund 8 of 3 2 to 1:2 = 6 held 2"},
      {"20 release 9 hold=5", "#9 20 expire 1 2 = 4 held 2; #10 20 release 5 2 to 1:2! = 4"},
  });
}

TEST(Refund, ThatWouldNotBeCountableIsRefused) {
  expect_story({
      {"0 grant 1 9000000000", "#1 0 grant 1 9000000000 = 9000000000"},
      {"0 charge 2 9000000000", "#2 0 charge 2 9000000000 from 1:9000000000 = 0"},
      {"0 grant 3 9000000000", "#3 0 grant 3 9000000000 = 9000000000"},
      {"0 refund 4 300000000 charge=2", "refused amount_overflow"},
      {"0 refund 4 200000000 charge=2", "#4 0 refund 4 of 2 200000000 to 1:200000000 = 9200000000"},
  });
}

TEST(Void, TakesWhatIsNeitherSpentNorHeld) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 charge 2 1", "#2 0 charge 2 1 from 1:1 = 4"},
      {"0 hold 3 2", "#3 0 hold 3 2 from 1:2 = 2 held 2"},
      {"1 void 4 grant=1", "#4 1 void 1 2 = 0 held 2"},
      {"1 void 5 grant=1", "refused grant_voided"},
      {"2 capture 6 1 hold=3 final=no", "#5 2 capture 6 of 3 1 from 1:1 = 0 held 1"},
      {"3 release 7 hold=3", "#6 3 release 3 1 to 1:1! = 0"},
      {"3 refund 8 all charge=2", "#7 3 refund 8 of 2 1 to 1:1! = 0"},
      {"3 refund 9 all charge=6", "#8 3 refund 9 of 6 1 to 1:1! = 0"},
  });
}

TEST(Void, OfAGrantToComeMeansItNeverComes) {
  expect_story({
      {"0 grant 1 5 effective=10", "#1 0 grant 1 5 = 0"},
      {"0 grant 2 5 effective=10", "#2 0 grant 2 5 = 0"},
      {"5 void 3 grant=1", "#3 5 void 1 5 = 0"},
      {"10 charge 4 1", "#4 10 activate 2 5 = 5; #5 10 charge 4 1 from 2:1 = 4"},
  });
}

TEST(Void, OfASpentGrantMeansThatNothingComesBack) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 charge 2 5", "#2 0 charge 2 5 from 1:5 = 0"},
      {"1 void 3 grant=1", "#3 1 void 1 0 = 0"},
      {"1 refund 4 2 charge=2", "#4 1 refund 4 of 2 2 to 1:2! = 0"},
  });
}

TEST(Void, OfWhatHasExpiredOrNeverWasIsRefused) {
  expect_story({
      {"0 grant 1 5 expires=10", "#1 0 grant 1 5 = 5"},
      {"0 charge 2 1", "#2 0 charge 2 1 from 1:1 = 4"},
      {"10 void 3 grant=1", "#3 10 expire 1 4 = 0; refused grant_expired"},
      {"10 void 3 grant=2", "refused not_found"},
      {"10 void 3 grant=9", "refused not_found"},
  });
}

}  // namespace farthing::ledger::refund_rules_test
