// SPDX-License-Identifier: Apache-2.0
// Random histories of all commands against a store, from several submitters at once, with requests
// sent again under their key or another request under it, several in one call, clock steps both
// ways, and the store closed and opened again at any moment. After every round an auditor that
// shares no code with the rules follows the entries in the store's order (follower.hpp) and checks
// every answer, balance, state and record. With one submitter the same seed gives the same requests
// and, on every store, the same answers. Must be driven from one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/instant.hpp"
#include "selftest/follower.hpp"
#include "selftest/round.hpp"
#include "selftest/subject.hpp"

namespace farthing::selftest {

struct TrialOptions {
  std::uint64_t seed = 1;
  std::size_t submitters = 4;
  std::size_t organizations = 3;
  // An organization with this many entries is left and a new one takes its place, because the
  // auditor searches everything for each answer.
  std::uint64_t most_entries = 600;
  // True keeps all answers as text, to be compared with those of another store.
  bool keeps_answers = false;
};

struct Tally {
  std::uint64_t rounds = 0;
  std::uint64_t requests = 0;
  std::uint64_t entries = 0;
  std::uint64_t restarts = 0;
  std::uint64_t organizations = 0;
};

class Trial {
 public:
  // The instant at which every trial begins.
  static Instant start();

  // `subject` runs on `clock`, which shows start(), and has no organization of this seed; both must
  // outlive the trial.
  Trial(Subject& subject, ManualClock& clock, TrialOptions options);

  // Play a part of the trial each and return the first deviation, with its place; nothing when all
  // is as it must be. Nothing may be called after a deviation.
  std::optional<std::string> play_round();
  std::optional<std::string> finish();

  const Tally& tally() const { return tally_; }
  // Returns how often each thing was seen, by name of entry kind or error, which shows what the
  // trial has reached.
  std::map<std::string, int> seen() const;
  const std::vector<std::string>& answers() const { return answers_; }

 private:
  std::uint64_t draw(std::uint64_t bound) { return random_() % bound; }
  std::optional<std::string> add_follower();
  Follower& any_follower() { return followers_[draw(followers_.size())]; }
  Round write_round();
  Step write_step(std::size_t most_bookings);
  Step write_balance_read();
  // Returns the clock's next instant: mostly the present, now and then one before it.
  Instant show(Instant at);
  std::optional<std::string> audit(const Round& round);
  std::optional<std::string> audit(Follower& follower, const Round& round);
  bool is_answering(const Follower& follower);
  std::optional<std::string> leave(Follower& follower);
  std::string place_of(const Follower& follower, const std::string& complaint) const;

  Subject& subject_;
  ManualClock& clock_;
  const TrialOptions options_;
  std::mt19937_64 random_;
  std::uint64_t next_history_;
  std::vector<Follower> followers_;
  std::vector<Instant> instants_;  // shown in this round, in order
  Instant now_ = start();
  Tally tally_;
  std::map<std::string, int> seen_;  // by those that were left
  std::vector<std::string> answers_;
};

}  // namespace farthing::selftest
