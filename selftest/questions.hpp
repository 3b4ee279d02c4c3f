// SPDX-License-Identifier: Apache-2.0
// Answers that leave no entry behind, refusals and balances, which nobody can date: each must be
// what the model would have said somewhere between the entries that were booked for certain before
// it was asked and those booked for certain after it was answered. One thread.
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
  // The places where it may have been answered: before the outcome with that index among those of
  // the round, both included.
  std::size_t first_place = 0;
  std::size_t last_place = 0;
};

class Questions {
 public:
  void add(const Question& question) { open_.push_back(question); }
  // Answers what can be answered before the outcome `place`. `model` is the ledger there,
  // `instants` what the time may have been.
  void try_at(std::size_t place, const model::ModelLedger& model,
              std::span<const Instant> instants);
  // What nothing explains, one sentence each.
  std::vector<std::string> complain() const;

 private:
  std::vector<Question> open_;
};

}  // namespace farthing::selftest
