// SPDX-License-Identifier: Apache-2.0
#include "selftest/round.hpp"

#include <algorithm>

#include "model/canonical.hpp"

namespace farthing::selftest {
namespace {

std::string describe(const Error& error) {
  std::string text(traits_of(error.code).name);
  for (const ErrorDetail& detail : error.details) text += " " + detail.name + "=" + detail.value;
  return text;
}

std::string describe(const Result<ledger::Outcome>& answer) {
  if (!answer) return describe(answer.error());
  std::string text(to_string(answer->entry.kind));
  if (answer->is_replayed) text += " again";
  for (const std::string& bytes : bytes_of(*answer)) text += " " + to_hex(bytes);
  return text;
}

}  // namespace

std::vector<const Step*> Round::steps() const {
  std::vector<const Step*> all;
  for (const auto& script : scripts) {
    for (const Step& step : script) all.push_back(&step);
  }
  if (last) all.push_back(&*last);
  return all;
}

bool Round::has_doubt() const {
  const auto steps_of_round = steps();
  return std::ranges::any_of(steps_of_round, [](const Step* step) {
    return std::ranges::any_of(step->bookings, &Booking::is_in_doubt);
  });
}

std::string bytes_of(const ledger::Entry& entry) {
  return model::canonical_bytes_of(entry) + model::text_of(entry.hash);
}

std::vector<std::string> bytes_of(const ledger::Outcome& outcome) {
  std::vector<std::string> bytes = {bytes_of(outcome.entry)};
  for (const ledger::Entry& entry : outcome.rest) bytes.push_back(bytes_of(entry));
  return bytes;
}

std::string describe_answers(const Step& step) {
  std::string text;
  for (const Booking& booking : step.bookings) {
    text += booking.answer ? describe(*booking.answer) : "no answer";
    text += '\n';
  }
  if (step.balance) {
    text += *step.balance ? (**step.balance).available.to_string() + " held " +
                                (**step.balance).held.to_string()
                          : describe(step.balance->error());
  }
  return text;
}

}  // namespace farthing::selftest
