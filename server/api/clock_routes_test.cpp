// SPDX-License-Identifier: Apache-2.0
// What an operator sees of the clock, and how a clock in doubt is confirmed.
#include <chrono>
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::clock_routes_test {

using std::chrono::hours;

class ClockRoutesTest : public LedgerApiTest {
 protected:
  // No time passes but what the clock says.
  ClockRoutesTest()
      : LedgerApiTest(store::ClockRules{.monotonic = [] { return std::chrono::microseconds(1); }}) {
  }

  std::string clock() { return expect(200, get("/v1/clock")); }
};

TEST_F(ClockRoutesTest, IsToldWithByHowMuchLedgerTimeIsAhead) {
  EXPECT_EQ(clock(),
            R"({"clock":"2026-11-22T12:00:00.000000Z","ledger_time":"2026-11-22T12:00:00.000000Z",)"
            R"("ahead_ms":0,"doubt":"none"})");
  clock_.advance(-hours(8));
  EXPECT_EQ(clock(),
            R"({"clock":"2026-11-22T04:00:00.000000Z","ledger_time":"2026-11-22T12:00:00.000000Z",)"
            R"("ahead_ms":28800000,"doubt":"none"})");
}

TEST_F(ClockRoutesTest, AClockInDoubtIsConfirmed) {
  given("10", "g");
  const std::string hold = made(post("/v1/holds", for_it(R"("amount":"1")"), "h"));
  clock_.advance(hours(48));
  EXPECT_EQ(text_at(clock(), "doubt"), "leap");
  EXPECT_EQ(text_at(clock(), "ledger_time"), "2026-11-22T12:00:00.000000Z");
  const std::string why = expect_error(503, "unavailable", "", charge(R"("amount":"1")", "c"));
  EXPECT_NE(why.find("clock"), std::string::npos) << why;
  expect_error(503, "unavailable", "", give(R"({"amount":"1"})", "g2"));
  expect(200, post("/v1/holds/" + hold + "/release", "", "r"));

  const std::string confirmed = expect(200, post("/v1/clock/confirm", "", ""));
  EXPECT_EQ(text_at(confirmed, "doubt"), "none");
  EXPECT_EQ(text_at(confirmed, "ledger_time"), "2026-11-24T12:00:00.000000Z");
  expect(201, charge(R"("amount":"1")", "c"));
  const std::string act = expect(200, get("/v1/audit-log?kind=clock.confirm"));
  EXPECT_EQ(text_at(act, "acts.0.target"), "clock");
  EXPECT_EQ(text_at(act, "acts.0.changes.0.before"), "2026-11-22T12:00:00.000000Z");
  EXPECT_EQ(text_at(act, "acts.0.changes.0.after"), "2026-11-24T12:00:00.000000Z");
  EXPECT_FALSE(text_at(act, "acts.0.api_key").empty());

  expect(200, post("/v1/clock/confirm", "", ""));
  EXPECT_EQ(expect(200, get("/v1/audit-log?kind=clock.confirm")), act)
      << "where nothing is in doubt, nothing is done";
}

TEST_F(ClockRoutesTest, IsForOperators) {
  for (const directory::Scope scope : {directory::Scope::user, directory::Scope::service}) {
    const std::string key = make_key(scope);
    expect_error(403, "permission_denied", "", {.path = "/v1/clock", .key = key});
    expect_error(403, "permission_denied", "",
                 {.method = "POST", .path = "/v1/clock/confirm", .key = key});
  }
  expect_error(400, "bad_request", "now", post("/v1/clock/confirm", R"({"now":1})", ""));
  expect_error(400, "bad_request", "x", get("/v1/clock?x=1"));
}

}  // namespace farthing::api::clock_routes_test
