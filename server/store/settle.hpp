// SPDX-License-Identifier: Apache-2.0
// The steps that every store takes around a decision of the ledger. A command is settled in this
// order, until a step gives the answer:
//
// 1. The idempotency key is looked up. A repetition gets the first outcome again; another request
//    under the same key is refused.
// 2. Work that the store has no room for is refused.
// 3. A new command is refused under a malformed key, for an organization that does not exist, when
//    a disabled organization may not begin it, and while the clock is in doubt.
// 4. The command gets its time, and what is due by then is booked.
// 5. What the command needs to know of things that have ended is collected.
// 6. The ledger decides. What it books is kept, and becomes the outcome.
//
// Before the first step an act is refused to a key that may not ask for it; after the last step the
// audit log tells of it.
//
// A store brings a source of state, which knows one organization. A source that has not read what
// it is asked for answers an error and remembers what to read; the store reads that and settles the
// command again, from the state as it was before.
#pragma once

#include <algorithm>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/directory/act_description.hpp"
#include "server/directory/rights.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/limitation.hpp"
#include "server/store/store.hpp"
#include "server/store/work.hpp"

namespace farthing::store {

template <class T>
concept SettleSource = requires(T source, const std::string& key, const Id128& id,
                                ApiKeyId caller_key, Work work, const ledger::Command& command,
                                const ledger::Records& records, const ledger::Booked& booked) {
  // The owner of the clock that it goes by: "server" or "database".
  { T::kClockOf } -> std::convertible_to<std::string_view>;
  { source.time() } -> std::same_as<LedgerTime>;
  // Returns nothing when there is no such organization; the source is then asked only for its time.
  { source.standing() } -> std::same_as<std::optional<ledger::Standing>>;
  // Returns the state after all that was kept. Booking changes it.
  { source.state() } -> std::same_as<ledger::OrganizationState&>;
  // Returns the entries of the outcome that the key led to; none when it led to nothing.
  { source.find_outcome(key) } -> std::same_as<Result<std::vector<ledger::Entry>>>;
  // Returns why new work of that kind is refused at present, if it is.
  { source.find_refusal(work) } -> std::same_as<std::optional<Error>>;
  // Returns the record as of the state; nothing when the id leads to none.
  { source.find_record(id) } -> std::same_as<Result<std::optional<ledger::Record>>>;
  // Returns the record of what a caller's key has spent, as of the state.
  { source.find_spending(caller_key) } -> std::same_as<Result<ledger::SpendingRecord>>;
  // Returns why the rules cannot rely on these records for the command, if they cannot.
  { source.find_damage(command, records) } -> std::same_as<std::optional<Error>>;
  // Keeps what was booked and is nobody's outcome.
  source.keep_due(booked);
  // Keeps what was booked, and that the idempotency key in it has led to it.
  source.keep_outcome(booked);
};

// A source that can settle acts.
template <class T>
concept ActSource = SettleSource<T> && requires(T source, ApiKeyId asker,
                                                directory::ActOrigin origin, directory::Act act) {
  { source.directory() } -> std::same_as<const directory::Directory&>;
  source.note(asker, std::move(origin), std::move(act));
};

// Makes an outcome of its entries, of which there is at least one, and moves them away.
ledger::Outcome make_outcome(std::span<ledger::Entry> entries);
// Makes an outcome that says it is a replay.
ledger::Outcome make_replay(std::span<ledger::Entry> entries);
// Makes a replay, or refuses it when the key stood for another request.
Result<ledger::Outcome> replay(std::span<ledger::Entry> entries, const ledger::Origin& again);

// Returns why a command that repeats none may not begin, if it may not. The command gets
// `standing`, the organization's; nothing means that there is no such organization.
std::optional<Error> find_refusal_of_new(ledger::Command& command,
                                         std::optional<ledger::Standing> standing,
                                         const LedgerTime& time, std::string_view clock_of);

// Books what is due in the organization, which must exist, and returns the time up to which it has
// done so. `booked` is written over.
template <SettleSource Source>
Instant settle_due(Source& source, ledger::Booked& booked) {
  const Instant at = std::max(source.time().at, source.state().last_at);
  booked.clear();
  ledger::book_due(source.state(), at, booked);
  if (booked.size() > 0) source.keep_due(booked);
  return at;
}

// Settles one command. `booked` is written over.
template <SettleSource Source>
Result<ledger::Outcome> settle(Source& source, ledger::Command&& command, ledger::Booked& booked) {
  const auto standing = source.standing();
  if (standing) {
    auto known = source.find_outcome(command.origin.idempotency_key);
    if (!known) return std::move(known).error();
    if (!known->empty()) return replay(*known, command.origin);
    if (auto refusal = source.find_refusal(work_of(command.action))) return *std::move(refusal);
  }
  if (auto refusal = find_refusal_of_new(command, standing, source.time(), Source::kClockOf)) {
    return *std::move(refusal);
  }
  command.at = settle_due(source, booked);
  const auto records = ledger::collect_records(
      source.state(), command, [&](const Id128& id) { return source.find_record(id); },
      [&](ApiKeyId caller_key) { return source.find_spending(caller_key); });
  if (!records) return records.error();
  if (auto damage = source.find_damage(command, *records)) return *std::move(damage);
  booked.clear();
  const auto decided = ledger::decide(source.state(), std::move(command), *records, booked);
  if (!decided) return decided.error();
  source.keep_outcome(booked);
  return make_outcome(booked.entries());
}

// Settles a grant, a void or a limit, and has the audit log tell of it.
template <ActSource Source>
Result<ledger::Outcome> settle_act(Source& source, ledger::Command&& command,
                                   directory::ActOrigin origin, ledger::Booked& booked) {
  const ApiKeyId asker = command.origin.api_key.value_or(ApiKeyId());
  auto refusal =
      directory::find_refusal_of_asker(source.directory(), asker, origin, source.time().at);
  if (refusal) return *std::move(refusal);
  const Credits limit = source.standing() ? source.state().overdraft_limit : Credits();
  auto outcome = settle(source, std::move(command), booked);
  if (outcome && !outcome->is_replayed) {
    source.note(asker, std::move(origin), directory::describe_act(*outcome, limit));
  }
  return outcome;
}

// Settles a movement, whether it is an act or not, and leaves its reply in place.
template <ActSource Source>
Result<ledger::Outcome> settle(Source& source, Movement& movement, ledger::Booked& booked) {
  if (!movement.act) return settle(source, std::move(movement.command), booked);
  return settle_act(source, std::move(movement.command), *std::move(movement.act), booked);
}

}  // namespace farthing::store
