// SPDX-License-Identifier: Apache-2.0
#include "selftest/trial.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/await.hpp"
#include "base/check.hpp"
#include "base/id.hpp"
#include "selftest/check.hpp"
#include "selftest/submitters.hpp"

namespace farthing::selftest {
namespace {

constexpr std::size_t kMostStepsOfScript = 4;
constexpr std::size_t kMostBookingsOfStep = 6;
constexpr auto kStepBack = std::chrono::minutes(5);
constexpr auto kLeap = std::chrono::hours(11);

}  // namespace

Instant Trial::start() { return *Instant::parse("2026-01-01T00:00:00Z"); }

Trial::Trial(Subject& subject, ManualClock& clock, TrialOptions options)
    : subject_(subject),
      clock_(clock),
      options_(options),
      random_(options.seed),
      // The shift keeps two seeds from having a history in common.
      next_history_(options.seed << 24) {
  CHECK(options_.submitters > 0 && options_.organizations > 0);
}

std::optional<std::string> Trial::play_round() {
  while (followers_.size() < options_.organizations) {
    if (auto deviation = add_follower()) return deviation;
  }
  ++tally_.rounds;
  instants_ = {now_};
  Round round = write_round();
  play(round, subject_, clock_);
  if (round.last) ++tally_.restarts;
  if (options_.keeps_answers) {
    for (const Step* step : round.steps()) answers_.push_back(describe_answers(*step));
  }
  // Opening the store again decides whatever was in doubt.
  if (round.has_doubt() || draw(60) == 0) {
    subject_.reopen();
    ++tally_.restarts;
  }
  now_ = instants_.back();
  if (draw(40) == 0) now_ = now_.plus(kLeap);
  clock_.set(now_);
  (void)subject_.store().now();
  return audit(round);
}

std::optional<std::string> Trial::finish() {
  subject_.reopen();
  ++tally_.restarts;
  while (!followers_.empty()) {
    if (auto deviation = leave(followers_.back())) return deviation;
    followers_.pop_back();
  }
  return {};
}

std::map<std::string, int> Trial::seen() const {
  std::map<std::string, int> all = seen_;
  for (const Follower& follower : followers_) {
    for (const auto& [name, times] : follower.seen()) all[name] += times;
  }
  return all;
}

std::optional<std::string> Trial::add_follower() {
  followers_.emplace_back(next_history_++);
  const directory::Organization organization{.id = followers_.back().organization(),
                                             .name = "Selftest"};
  ++tally_.organizations;
  while (true) {
    const auto made = await<Result<directory::DirectoryOutcome>>([&](auto reply) {
      subject_.store().change({.origin = {}, .action = directory::CreateOrganization{organization}},
                              std::move(reply));
    });
    if (made) return {};
    if (made.error().code != ErrorCode::unavailable) {
      return place_of(followers_.back(), "it cannot be made: " + made.error().message);
    }
    // Opening the store again decides whether it is there.
    subject_.reopen();
    ++tally_.restarts;
    const auto found = await<Result<directory::Organization>>(
        [&](auto reply) { subject_.store().read_organization(organization.id, std::move(reply)); });
    if (found) return {};
  }
}

Round Trial::write_round() {
  Round round;
  round.scripts.resize(options_.submitters);
  for (auto& script : round.scripts) script.resize(1 + draw(kMostStepsOfScript));
  // The submitters' steps are written in turns, so that those who run at the same time have the
  // same recent requests to repeat.
  for (std::size_t i = 0; i < kMostStepsOfScript; ++i) {
    for (auto& script : round.scripts) {
      if (i >= script.size()) continue;
      script[i] =
          draw(6) == 0 ? write_balance_read() : write_step(draw(4) == 0 ? kMostBookingsOfStep : 1);
    }
  }
  if (draw(25) == 0) round.last = write_step(kMostBookingsOfStep);
  return round;
}

Step Trial::write_step(std::size_t most_bookings) {
  Step step;
  const std::size_t count = 1 + draw(most_bookings);
  for (std::size_t i = 0; i < count; ++i) {
    step.bookings.push_back(
        {.command = any_follower().next_command(instants_.back()), .answer = {}});
    now_ = std::max(now_, step.bookings.back().command.at);
  }
  step.clock = show(now_);
  return step;
}

Step Trial::write_balance_read() {
  Step step;
  step.organization = any_follower().organization();
  step.clock = show(instants_.back());
  return step;
}

// Setting the clock back does not set the store's time back. But when two submitters set it at
// once, the store may see the lower instant before the higher, so all instants are kept.
Instant Trial::show(Instant at) {
  const Instant shown = draw(20) == 0 ? at.plus(-kStepBack) : at;
  const auto place = std::ranges::lower_bound(instants_, shown);
  if (place == instants_.end() || *place != shown) instants_.insert(place, shown);
  return shown;
}

std::optional<std::string> Trial::audit(const Round& round) {
  for (const Step* step : round.steps()) tally_.requests += step->bookings.size();
  for (Follower& follower : followers_) {
    if (auto deviation = audit(follower, round)) return deviation;
  }
  const auto is_full = [this](const Follower& follower) {
    return follower.last() && follower.last()->seq >= options_.most_entries;
  };
  for (Follower& follower : followers_) {
    if (!is_full(follower)) continue;
    if (auto deviation = leave(follower)) return deviation;
  }
  std::erase_if(followers_, is_full);
  return {};
}

std::optional<std::string> Trial::audit(Follower& follower, const Round& round) {
  store::Store& store = subject_.store();
  const auto entries = read_entries(store, follower.organization(), follower.last());
  if (!entries) return place_of(follower, "its entries cannot be read");
  tally_.entries += entries->size();
  std::vector<std::string> complaints = follower.follow(*entries, round, instants_);
  if (complaints.empty()) {
    complaints = check_present(store, follower, now_, *entries);
    // The disk may have failed since; another opening then finds what is really there.
    while (!complaints.empty() && !is_answering(follower)) {
      subject_.reopen();
      ++tally_.restarts;
      complaints = check_present(subject_.store(), follower, now_, *entries);
    }
  }
  if (complaints.empty()) return {};
  return place_of(follower, complaints.front());
}

bool Trial::is_answering(const Follower& follower) {
  return await<Result<store::CurrentState>>([&](auto reply) {
           subject_.store().read_state(follower.organization(), std::move(reply));
         })
      .has_value();
}

std::optional<std::string> Trial::leave(Follower& follower) {
  for (const auto& [name, times] : follower.seen()) seen_[name] += times;
  const auto complaints = check_chain(subject_.store(), follower);
  if (complaints.empty()) return {};
  return place_of(follower, complaints.front());
}

std::string Trial::place_of(const Follower& follower, const std::string& complaint) const {
  return "round " + std::to_string(tally_.rounds) + ", organization " +
         follower.organization().to_string() + ": " + complaint;
}

}  // namespace farthing::selftest
