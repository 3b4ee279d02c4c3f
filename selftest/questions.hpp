// SPDX-License-Identifier: Apache-2.0
// Answers without an entry, refusals and balances, whose instant is unknown. Each must be what the
// model would have said at some point after the entries that were certainly booked before it was
// asked and before those that were certainly booked after it was answered. One thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "model/model_ledger.hpp"
#include "selftest/round.hpp"

namespace farthing::selftest {

// Either a booking that was refused, or the step's balance.
struct Question {
  const Step* step = nullptr;
  const Booking* refused = nullptr;
  // The places where it may have been answered: place i is before the outcome i of the round. Both
  // ends are included.
  std::size_t first_place = 0;
  std::size_t last_place = 0;
};

class Questions {
 public:
  void add(const Question& question) { open_.push_back(question); }
  // Settles the questions whose answers fit before the outcome `place`. `model` is the ledger
  // there, `instants` are the possible times.
  void try_at(std::size_t place, const model::ModelLedger& model,
              std::span<const Instant> instants);
  // Returns the answers that nothing explains, one sentence each.
  std::vector<std::string> complain() const;

 private:
  std::vector<Question> open_;
};

}  // namespace farthing::selftest
