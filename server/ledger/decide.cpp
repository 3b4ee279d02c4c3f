// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/decide.hpp"

#include <algorithm>
#include <ranges>
#include <string>

#include "base/check.hpp"
#include "server/ledger/apply.hpp"
#include "server/ledger/entry_id.hpp"

namespace farthing::ledger {
namespace {

// Numbers, hashes and applies an entry whose other fields are set. One that is about nothing yet
// makes what it is about.
void book(OrganizationState& state, Entry&& entry, Booked& booked) {
  entry.organization = state.organization;
  entry.seq = state.last_seq + 1;
  if (entry.subject == Id128{}) entry.subject = make_entry_id(entry.at, entry.seq);
  entry.held = state.balance.held;
  apply(state, booked.append(std::move(entry), state.last_hash));
}

// The entry of the first thing that is due, by instant, kind and id; there must be one. The lists
// of the state know the first of each kind, and `activate` comes before `expire`.
Entry first_due_entry(const OrganizationState& state) {
  Entry entry;
  const bool is_expiry =
      state.coming.empty() || (!state.expiries.empty() &&
                               state.expiries.back().at < state.coming.back().terms.effective_at);
  if (is_expiry) {
    CHECK(!state.expiries.empty());
    const Expiry& expiry = state.expiries.back();
    const auto lot = find_spendable(state, expiry.grant);
    CHECK(lot != state.spendable.end());
    entry.kind = EntryKind::expire;
    entry.at = expiry.at;
    entry.subject = expiry.grant;
    entry.amount = lot->remaining;
  } else {
    const Lot& lot = state.coming.back();
    entry.kind = EntryKind::activate;
    entry.at = lot.terms.effective_at;
    entry.subject = lot.grant;
    entry.amount = lot.remaining;
  }
  const auto available = is_expiry ? state.balance.available.minus(entry.amount)
                                   : state.balance.available.plus(entry.amount);
  CHECK(available);
  entry.available = *available;
  return entry;
}

// The sum of all that is left in any lot: it must stay countable whichever lots become spendable.
std::optional<Credits> sum_of_lots(const OrganizationState& state) {
  std::optional<Credits> sum = state.balance.held;
  for (const auto* lots : {&state.spendable, &state.coming}) {
    for (const Lot& lot : *lots) {
      sum = sum->plus(lot.remaining);
      if (!sum) return {};
    }
  }
  return sum;
}

Result<Done> book_grant(OrganizationState& state, Command&& command, const CreateGrant& action,
                        Booked& booked) {
  CHECK(action.terms.amount.is_positive());
  GrantTerms terms = action.terms;
  terms.effective_at = std::max(terms.effective_at, command.at);
  if (terms.expires_at && *terms.expires_at <= terms.effective_at) {
    return bad_field("expires_at",
                     "expires_at must be later than now and later than effective_at.");
  }
  if (state.spendable.size() + state.coming.size() >= kMaxLiveLots) {
    return make_error(ErrorCode::too_many_grants);
  }
  const auto sum = sum_of_lots(state);
  CHECK(sum);
  if (!sum->plus(terms.amount)) return make_error(ErrorCode::amount_overflow);

  const bool is_spendable = terms.effective_at <= command.at;
  const Credits spendable = is_spendable ? terms.amount : Credits();
  book(state,
       Entry{.kind = EntryKind::grant,
             .at = command.at,
             .subject = {},
             .amount = terms.amount,
             .lots = {},
             .terms = terms,
             .available = *state.balance.available.plus(spendable),
             .origin = std::move(command.origin)},
       booked);
  return Done{};
}

Error insufficient(const OrganizationState& state, Credits required) {
  Error error = make_error(ErrorCode::insufficient_credits);
  error.message = "The organization has " + state.balance.available.to_string() +
                  " credits available and this needs " + required.to_string() +
                  ". Nothing was charged; try again after a grant.";
  error.details = {{"required", required.to_string()},
                   {"available", state.balance.available.to_string()},
                   {"held", state.balance.held.to_string()}};
  if (!state.coming.empty()) {
    error.details.push_back({"next_grant_at", state.coming.back().terms.effective_at.to_string()});
  }
  return error;
}

// The lots that pay `amount`, which is not more than all of them hold.
std::vector<LotAmount> take_in_burn_order(const OrganizationState& state, Credits amount) {
  std::vector<LotAmount> parts;
  Credits left = amount;
  for (const Lot& lot : std::views::reverse(state.spendable)) {
    if (left.is_zero()) break;
    const Credits part = std::min(left, lot.remaining);
    parts.push_back({.grant = lot.grant, .amount = part});
    left = *left.minus(part);
  }
  CHECK(left.is_zero());
  return parts;
}

Result<Done> book_charge(OrganizationState& state, Command&& command, const CreateCharge& action,
                         Booked& booked) {
  CHECK(action.amount.is_positive());
  if (state.balance.available < action.amount) return insufficient(state, action.amount);
  book(state,
       Entry{.kind = EntryKind::charge,
             .at = command.at,
             .subject = {},
             .amount = action.amount,
             .lots = take_in_burn_order(state, action.amount),
             .terms = {},
             .available = *state.balance.available.minus(action.amount),
             .origin = std::move(command.origin)},
       booked);
  return Done{};
}

}  // namespace

void book_due(OrganizationState& state, Instant at, Booked& booked) {
  while (state.next_due_at && *state.next_due_at <= at) {
    book(state, first_due_entry(state), booked);
  }
}

Result<Done> decide(OrganizationState& state, Command&& command, Booked& booked) {
  CHECK(command.at >= state.last_at);
  book_due(state, command.at, booked);
  if (const auto* grant = std::get_if<CreateGrant>(&command.action)) {
    return book_grant(state, std::move(command), *grant, booked);
  }
  return book_charge(state, std::move(command), std::get<CreateCharge>(command.action), booked);
}

Balance balance_at(const OrganizationState& state, Instant at) {
  if (!state.next_due_at || at < *state.next_due_at) return state.balance;
  // What is due by then need not be booked to be counted: the lots that will be spendable are
  // known.
  Balance balance = {.available = {}, .held = state.balance.held};
  const auto count = [&balance, at](const Lot& lot) {
    const bool has_ended = lot.terms.expires_at && *lot.terms.expires_at <= at;
    if (lot.terms.effective_at > at || has_ended) return;
    const auto sum = balance.available.plus(lot.remaining);
    CHECK(sum);
    balance.available = *sum;
  };
  std::ranges::for_each(state.spendable, count);
  std::ranges::for_each(state.coming, count);
  return balance;
}

Result<Entry> replay(const Entry& first, const Fingerprint& fingerprint) {
  if (first.origin.fingerprint == fingerprint) return first;
  return make_error(ErrorCode::idempotency_key_reused);
}

}  // namespace farthing::ledger
