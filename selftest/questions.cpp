// SPDX-License-Identifier: Apache-2.0
#include "selftest/questions.hpp"

#include <algorithm>

#include "model/comparison.hpp"

namespace farthing::selftest {
namespace {

// Returns whether the model gives the same refusal at `at`. `scratch` is a copy of `at_instant` and
// is one again afterwards.
bool is_refused_so(const Booking& booking, Instant at, const model::ModelLedger& at_instant,
                   model::ModelLedger& scratch) {
  ledger::Command command = booking.command;
  command.at = at;
  const auto prediction = scratch.take(command);
  // A refused command has moved nothing, so the copy needs no renewal.
  if (!prediction.refusal) scratch = at_instant;
  return model::compare_refusal(prediction.refusal, booking.find_refusal()).empty();
}

}  // namespace

void Questions::try_at(std::size_t place, const model::ModelLedger& model,
                       std::span<const Instant> instants) {
  const auto is_due = [place](const Question& question) {
    return question.first_place <= place && place <= question.last_place;
  };
  for (const Instant at : instants) {
    if (std::ranges::none_of(open_, is_due)) return;
    model::ModelLedger at_instant = model;
    at_instant.take_due(at.us());
    model::ModelLedger scratch = at_instant;
    std::erase_if(open_, [&](const Question& question) {
      if (!is_due(question)) return false;
      if (question.refused == nullptr) {
        return model::compare_balance(at_instant, **question.step->balance).empty();
      }
      return is_refused_so(*question.refused, at, at_instant, scratch);
    });
  }
}

std::vector<std::string> Questions::complain() const {
  std::vector<std::string> complaints;
  for (const Question& question : open_) {
    if (question.refused == nullptr) {
      const ledger::Balance& balance = **question.step->balance;
      complaints.push_back("a balance was never that: " + balance.available.to_string() +
                           " available, " + balance.held.to_string() + " held");
    } else {
      complaints.push_back("a request, key " + question.refused->command.origin.idempotency_key +
                           ", was refused without reason: " + describe_answers(*question.step));
    }
  }
  return complaints;
}

}  // namespace farthing::selftest
