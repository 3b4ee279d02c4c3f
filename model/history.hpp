// SPDX-License-Identifier: Apache-2.0
// Random histories of one organization that are the same for the same seed, everywhere. Amounts,
// instants and priorities are drawn from few values, so that ties, exact exhaustion and events at
// the same instant are common; what commands are about is mostly recent, sometimes old and
// sometimes nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "server/ledger/command.hpp"
#include "server/ledger/state.hpp"

namespace farthing::model {

// Which amounts a history asks for: such as people use, or such that their sums come to the largest
// amount there is and beyond it.
enum class Amounts { usual, extreme };

class History {
 public:
  explicit History(std::uint64_t seed, Amounts amounts = Amounts::usual);

  OrganizationId organization() const { return organization_; }
  // A number below `bound`.
  std::uint64_t draw(std::uint64_t bound) { return engine_() % bound; }
  // The time of what happens next: never before what it was.
  Instant pass_time();
  // Time has passed elsewhere.
  void follow(Instant now) { now_ = std::max(now_, now); }
  // A command of any kind, complete and with an unused idempotency key; `balance` is that of the
  // moment.
  ledger::Command next_command(const ledger::Balance& balance);
  // What was booked: later commands may be about it.
  void learn(const ledger::Entry& entry);

 private:
  Id128 next_id();
  // One of `ids`, or now and then one that is not.
  Id128 next_target(const std::vector<Id128>& ids);
  ledger::Origin next_origin();
  std::shared_ptr<const ledger::SpendCaps> next_caps();
  ledger::Action next_action(const ledger::Balance& balance);
  ledger::CreateGrant next_grant();
  ledger::PlaceHold next_hold(const ledger::Balance& balance);
  std::chrono::seconds next_ttl();
  Credits next_amount(const ledger::Balance& balance);
  std::optional<Credits> next_part();
  // One of the history's amounts.
  Credits next_common_amount();

  std::mt19937_64 engine_;
  Amounts amounts_;
  OrganizationId organization_;
  Instant now_;
  std::uint64_t next_key_ = 0;
  std::vector<ApiKeyId> callers_;
  std::vector<Id128> grants_;
  std::vector<Id128> holds_;
  std::vector<Id128> charges_;
};

}  // namespace farthing::model
