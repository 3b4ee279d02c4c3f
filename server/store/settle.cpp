// SPDX-License-Identifier: Apache-2.0
#include "server/store/settle.hpp"

#include <iterator>

#include "base/idempotency_key.hpp"
#include "server/directory/refusals.hpp"

namespace farthing::store {
namespace {

Error clock_in_doubt(std::string_view clock_of) {
  return make_error(ErrorCode::unavailable,
                    "The clock of the " + std::string(clock_of) +
                        " is in doubt. Nothing is booked but releases of holds, until the clock is "
                        "set right or an operator confirms it.");
}

}  // namespace

ledger::Outcome make_outcome(std::span<ledger::Entry> entries) {
  return {.entry = std::move(entries.front()),
          .rest = {std::move_iterator(entries.begin() + 1), std::move_iterator(entries.end())}};
}

ledger::Outcome make_replay(std::span<ledger::Entry> entries) {
  ledger::Outcome outcome = make_outcome(entries);
  outcome.is_replayed = true;
  return outcome;
}

Result<ledger::Outcome> replay(std::span<ledger::Entry> entries, const ledger::Origin& again) {
  const auto checked = ledger::check_replay(entries.front(), again);
  if (!checked) return checked.error();
  return make_replay(entries);
}

std::optional<Error> find_refusal_of_new(ledger::Command& command,
                                         std::optional<ledger::Standing> standing,
                                         const LedgerTime& time, std::string_view clock_of) {
  if (!is_idempotency_key(command.origin.idempotency_key))
    return directory::malformed_idempotency_key();
  if (!standing) return directory::no_such_organization();
  command.standing = *standing;
  if (auto refusal = ledger::find_refusal_by_standing(command)) return refusal;
  // What is booked at a wrong time cannot be taken back; a release gives back what is held.
  if (time.is_in_doubt && work_of(command.action) == Work::movements) {
    return clock_in_doubt(clock_of);
  }
  return {};
}

}  // namespace farthing::store
