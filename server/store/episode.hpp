// SPDX-License-Identifier: Apache-2.0
// Tells when a trouble that comes and goes begins and ends, so that the log does not get a line
// each time. A trouble that came back soon after it seemed over must stay away for longer the next
// time: one second, two, four and so on up to a minute. A plain value; the caller brings the times.
#pragma once

#include <chrono>
#include <optional>

namespace farthing::store {

class Episode {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::seconds kFirstQuiet{1};
  static constexpr std::chrono::seconds kLongestQuiet{60};

  struct Rules {
    // It begins when the trouble has lasted for that long and nothing went well meanwhile.
    std::chrono::milliseconds begins_after{0};
    // It is also over when nothing went wrong for the longest time, although nothing went well.
    bool ends_unasked = false;
  };

  explicit Episode(Rules rules) : rules_(rules) {}

  // Takes in that something went wrong.
  void note_trouble(Time now);
  // Takes in that something went well that the trouble would have prevented.
  void note_success(Time now);
  // Begins or ends what time alone decides. Must be called several times a second.
  void look(Time now);

  bool is_on() const { return is_on_; }
  // Returns whether there was a trouble and nothing has gone well since.
  bool is_in_trouble() const { return trouble_since_.has_value(); }

 private:
  void begin_if_due(Time now);

  Rules rules_;
  bool is_on_ = false;
  std::chrono::seconds quiet_ = kFirstQuiet;  // so long nothing must go wrong before it is over
  std::optional<Time> trouble_since_;         // nothing: something went well after the last trouble
  Time last_trouble_;
  std::optional<Time> ended_at_;
};

}  // namespace farthing::store
