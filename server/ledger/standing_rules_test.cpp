// SPDX-License-Identifier: Apache-2.0
// The rule of disabled organizations: what they may not begin, what they may end, and that nothing
// else about a command is looked at before.
#include <gtest/gtest.h>

#include "server/ledger/decide.hpp"
#include "tests/model/expect_story.hpp"

namespace farthing::ledger::standing_rules_test {

using model::expect_story;

TEST(DisabledOrganization, BeginsNothingThatSpends) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"1 hold 2 10 ttl=60", "#2 1 hold 2 10 from 1:10 = 90 held 10"},
      {"2 charge 3 1 standing=disabled", "refused organization_disabled field=organization"},
      {"2 hold 4 1 standing=disabled", "refused organization_disabled field=organization"},
      {"2 extend 5 hold=2 ttl=90 standing=disabled", "refused organization_disabled"},
      {"3 charge 6 1", "#3 3 charge 6 1 from 1:1 = 89 held 10"},
      {"3 extend 7 hold=2 ttl=90", "#4 3 extend 2 0 until 93 = 89 held 10"},
  });
}

TEST(DisabledOrganization, EndsWhatItHasBegun) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"1 charge 2 5", "#2 1 charge 2 5 from 1:5 = 95"},
      {"1 hold 3 10", "#3 1 hold 3 10 from 1:10 = 85 held 10"},
      {"2 capture 4 4 hold=3 final=no standing=disabled",
       "#4 2 capture 4 of 3 4 from 1:4 = 85 held 6"},
      {"2 release 5 hold=3 standing=disabled", "#5 2 release 3 6 to 1:6 = 91"},
      {"2 refund 6 all charge=2 standing=disabled", "#6 2 refund 6 of 2 5 to 1:5 = 96"},
  });
}

TEST(DisabledOrganization, GetsWhatTheOperatorDoes) {
  expect_story({
      {"0 grant 1 100 standing=disabled", "#1 0 grant 1 100 = 100"},
      {"1 limit 2 7 standing=disabled", "#2 1 limit 7 = 100"},
      {"1 void 3 grant=1 standing=disabled", "#3 1 void 1 100 = 0"},
  });
}

TEST(DisabledOrganization, HasWhatIsDueBooked) {
  expect_story({
      {"0 grant 1 100 expires=5", "#1 0 grant 1 100 = 100"},
      {"9 charge 2 1 standing=disabled",
       "#2 5 expire 1 100 = 0; refused organization_disabled field=organization"},
  });
}

TEST(DisabledOrganization, IsToldSoBeforeAllElse) {
  expect_story({
      {"0 charge 1 1 standing=disabled", "refused organization_disabled field=organization"},
      {"0 charge 2 1 caller=1 day=0 standing=disabled",
       "refused organization_disabled field=organization"},
      {"0 extend 3 hold=9 standing=disabled", "refused organization_disabled"},
      {"0 capture 4 1 hold=9 standing=disabled", "refused not_found"},
  });
  Command command{.organization = {},
                  .at = {},
                  .origin = {},
                  .action = CreateCharge{.amount = Credits::from_nano(1)},
                  .has_invalid_caller_key = true,
                  .standing = Standing::disabled};
  OrganizationState state;
  Booked booked;
  const auto decided = decide(state, std::move(command), {}, booked);
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().code, ErrorCode::organization_disabled);
}

}  // namespace farthing::ledger::standing_rules_test
