// SPDX-License-Identifier: Apache-2.0
#include "server/store/clock_watch.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace farthing::store {
namespace {

using std::chrono::microseconds;

// Smaller differences happen to clocks every day.
constexpr microseconds kToldLag = std::chrono::seconds(5);
constexpr microseconds kToldLeap = std::chrono::seconds(5);
constexpr microseconds kToldGap = std::chrono::hours(24);

// On the wire, so they never change.
constexpr std::string_view kDoubt = "clock";
constexpr std::string_view kLag = "ledger_time";
constexpr std::string_view kLeap = "clock_leap";
constexpr std::string_view kGap = "clock_gap";

// Returns "400 days", in the largest unit that gives at least two.
std::string show(microseconds duration) {
  struct Unit {
    std::int64_t us;
    std::string_view name;
  };
  constexpr std::array kUnits = {Unit{86'400'000'000, " days"}, Unit{3'600'000'000, " hours"},
                                 Unit{60'000'000, " minutes"}};
  for (const Unit& unit : kUnits) {
    if (duration.count() >= 2 * unit.us) {
      return std::to_string(duration.count() / unit.us) + std::string(unit.name);
    }
  }
  return std::to_string(duration.count() / 1'000'000) + " seconds";
}

std::string describe_doubt(const ClockStatus& status, const std::string& owner) {
  const std::string now = status.clock.to_string();
  const std::string what =
      status.doubt == ClockDoubt::start
          ? "The " + owner + " clock says " + now + ", " + show(status.lead()) +
                " after the time that the store knows, and is not known to be synchronised."
          : "The " + owner + " clock has leapt ahead by " + show(status.lead()) + " to " + now +
                ".";
  return what +
         " No credits are moved but by releases, and ledger time goes on without the clock. Set "
         "the clock right, or look at it with `farthing clock show` and run `farthing clock "
         "confirm`.";
}

std::string describe_lag(const ClockStatus& status, const std::string& owner) {
  return "Ledger time is " + show(status.ahead()) + " ahead of the " + owner +
         " clock and stands still until the clock has caught up. If the clock is right, `farthing "
         "clock "
         "set-back` sets ledger time back while no server runs.";
}

}  // namespace

void watch_clock(EffectiveClock& clock, Limitations& limitations, Cause cause) {
  clock.keep_up();
  const ClockStatus status = clock.status();
  const bool is_doubted = status.doubt != ClockDoubt::none;
  const std::string owner = cause == Cause::shared ? "database's" : "server's";
  if (is_doubted) {
    limitations.set(kDoubt, cause, Work::movements, describe_doubt(status, owner));
  } else {
    limitations.end(kDoubt);
  }
  if (!is_doubted && status.ahead() >= kToldLag) {
    limitations.set(kLag, cause, {}, describe_lag(status, owner));
  } else {
    limitations.end(kLag);
  }
  if (!is_doubted && status.lead() >= kToldLeap) {
    limitations.set(kLeap, cause, {},
                    "The " + owner + " clock was set forward by " + show(status.lead()) +
                        " within the last hour, and is believed.");
  } else {
    limitations.end(kLeap);
  }
  if (status.believed_gap >= kToldGap) {
    limitations.set(kGap, cause, {},
                    "At the start the " + owner + " clock was " + show(status.believed_gap) +
                        " after the time that the store knows, and is believed.");
  } else {
    limitations.end(kGap);
  }
}

}  // namespace farthing::store
