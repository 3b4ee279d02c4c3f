// SPDX-License-Identifier: Apache-2.0
// What one round of a trial asks of a store, and the answers. Plain values; the submitters fill in
// the answers, each in its own script.
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
  // Null when it was not refused.
  const Error* find_refusal() const { return answer && !*answer ? &answer->error() : nullptr; }
  // Whether nobody can tell from the answer what became of it.
  bool is_in_doubt() const {
    const Error* refusal = find_refusal();
    return !answer || (refusal != nullptr && refusal->code == ErrorCode::unavailable);
  }
};

// One call of a submitter: the clock is set, then the bookings are settled together; without any,
// the balance of `organization` is read.
struct Step {
  Instant clock;
  std::vector<Booking> bookings;
  OrganizationId organization;
  std::optional<Result<ledger::Balance>> balance;
  // When it was called and answered, counted in calls and answers of the round.
  std::uint64_t called = 0;
  std::uint64_t returned = std::numeric_limits<std::uint64_t>::max();
};

struct Round {
  // What each submitter does, one step after the other.
  std::vector<std::vector<Step>> scripts;
  // Settled when the submitters are done; the store is closed before the answers are waited for.
  std::optional<Step> last;

  std::vector<const Step*> steps() const;
  // Whether an answer leaves in doubt what became of a request.
  bool has_doubt() const;
};

// An entry in full, metadata apart, whose digest is in it.
std::string bytes_of(const ledger::Entry& entry);
std::vector<std::string> bytes_of(const ledger::Outcome& outcome);
// All answers of a step, so that two stores can be compared.
std::string describe_answers(const Step& step);

}  // namespace farthing::selftest
