// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/decide.hpp"

#include <utility>

#include "base/check.hpp"
#include "server/ledger/decisions.hpp"

namespace farthing::ledger {
namespace {

// A capture pays for work that is done, a release and a refund give back, and grants, voids and
// limits are the operator's.
bool spends_anew(const Action& action) {
  return std::holds_alternative<CreateCharge>(action) ||
         std::holds_alternative<PlaceHold>(action) || std::holds_alternative<ExtendHold>(action);
}

Error refuse_caller_key() {
  Error error = make_error(ErrorCode::caller_key_invalid);
  error.field = "api_key";
  return error;
}

// A hold or charge that was made with a caller's key names the key to its end, whoever asks for the
// rest.
void name_caller_key(Command& command, const OrganizationState& state, const Records& records) {
  if (const Id128* id = find_hold_of(command.action)) {
    const auto hold = state.holds.find(*id);
    if (hold != state.holds.end()) command.origin.caller_key = hold->second.caller_key;
  } else if (const auto* refund = std::get_if<RefundCharge>(&command.action)) {
    const auto* charge = records.find<ChargeRecord>(refund->charge);
    if (charge != nullptr) command.origin.caller_key = charge->caller_key;
  }
}

std::optional<Error> find_cap_refusal(const OrganizationState& state, const Command& command,
                                      const Records& records) {
  const auto key = find_capped_key(command);
  if (!key) return {};
  const SpendingRecord* before = records.spending();
  CHECK(before != nullptr);
  return find_cap_refusal(spending_of(state, *before, *key, command.at), *command.caller_caps,
                          *find_spending(command.action), command.at);
}

bool is_same_request(const Entry& first, const Origin& again) {
  if (first.version == 1) {
    return first.origin.fingerprint == again.fingerprint_with_texts.value_or(again.fingerprint);
  }
  if (first.origin.fingerprint != again.fingerprint) return false;
  const Erasable& a = first.origin.erasable;
  const Erasable& b = again.erasable;
  return a.erased || (a.metadata == b.metadata && a.reason == b.reason &&
                      a.payment_reference == b.payment_reference);
}

}  // namespace

std::optional<Error> find_refusal_by_standing(const Command& command) {
  if (command.standing == Standing::enabled || !spends_anew(command.action)) return {};
  Error error = make_error(ErrorCode::organization_disabled);
  // A request about a hold names the organization in its path only.
  if (find_hold_of(command.action) == nullptr) error.field = "organization";
  return error;
}

Result<Done> decide(OrganizationState& state, Command&& command, const Records& records,
                    Booked& booked) {
  CHECK(command.at >= state.last_at);
  CHECK(!state.next_due_at || *state.next_due_at > command.at);
  if (auto refusal = find_refusal_by_standing(command)) return *std::move(refusal);
  if (command.has_invalid_caller_key) return refuse_caller_key();
  if (auto refusal = find_cap_refusal(state, command, records)) return *std::move(refusal);
  name_caller_key(command, state, records);
  Booking booking(state, command.at, booked, command.origin);
  return std::visit([&](const auto& action) { return decide_action(action, records, booking); },
                    command.action);
}

Result<Done> check_replay(const Entry& first, const Origin& again) {
  if (is_same_request(first, again)) return Done{};
  return make_error(ErrorCode::idempotency_key_reused);
}

}  // namespace farthing::ledger
