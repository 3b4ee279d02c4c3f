// SPDX-License-Identifier: Apache-2.0
// The requests of one round of a trial to a store, and the answers. They are plain values; the
// submitters fill in the answers, each in its own script.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/state.hpp"
#include "server/store/store.hpp"

namespace farthing::selftest {

struct Booking {
  ledger::Command command;
  std::optional<Result<ledger::Outcome>> answer;

  bool is_booked() const { return answer && *answer && !(**answer).is_replayed; }
  bool is_replay() const { return answer && *answer && (**answer).is_replayed; }
  // Returns null when it was not refused.
  const Error* find_refusal() const { return answer && !*answer ? &answer->error() : nullptr; }
  // Returns whether the answer leaves open what became of the request.
  bool is_in_doubt() const {
    const Error* refusal = find_refusal();
    return !answer || (refusal != nullptr && refusal->code == ErrorCode::unavailable);
  }
};

// One call of a submitter: it sets the clock, then settles the bookings together; without any, it
// reads the balance of `organization`.
struct Step {
  Instant clock;
  std::vector<Booking> bookings;
  OrganizationId organization;
  std::optional<Result<ledger::Balance>> balance;
  // The order of call and answer, counted in calls and answers of the round.
  std::uint64_t called = 0;
  std::uint64_t returned = std::numeric_limits<std::uint64_t>::max();
};

struct Round {
  // The steps of each submitter, one after the other.
  std::vector<std::vector<Step>> scripts;
  // A step that is sent when the submitters are done; the store is closed before its answers are
  // awaited.
  std::optional<Step> last;

  std::vector<const Step*> steps() const;
  // Returns whether an answer leaves open what became of a request.
  bool has_doubt() const;
};

// Returns an entry in full, with the digest of the metadata in place of the text.
std::string bytes_of(const ledger::Entry& entry);
std::vector<std::string> bytes_of(const ledger::Outcome& outcome);
// Returns all answers of a step as text, so that two stores can be compared.
std::string describe_answers(const Step& step);

}  // namespace farthing::selftest
