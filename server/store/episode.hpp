// SPDX-License-Identifier: Apache-2.0
// When a trouble that comes and goes begins and is over, so that the log does not have a line each
// time. One that came back soon after it seemed over must stay away for longer the next time: one
// second, two, four and so on up to a minute. A plain value; its times are the caller's.
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

  // Something went wrong.
  void note_trouble(Time now);
  // Something went well that the trouble would have prevented.
  void note_success(Time now);
  // To be called several times a second.
  void look(Time now);

  bool is_on() const { return is_on_; }
  // Whether there was a trouble, and nothing went well since.
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
