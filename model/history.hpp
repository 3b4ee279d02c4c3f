// SPDX-License-Identifier: Apache-2.0
// Random histories of one organization that are the same for the same seed, everywhere. Amounts,
// instants and priorities are drawn from few values, so that ties, exact exhaustion and events at
// the same instant are common; the targets of commands are mostly recent, sometimes old and
// sometimes do not exist.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "server/ledger/command.hpp"
#include "server/ledger/state.hpp"

namespace farthing::model {

// The amounts that a history asks for: those that people use, or those whose sums reach the largest
// amount there is and exceed it.
enum class Amounts { usual, extreme };

class History {
 public:
  // The names of the tags that its requests have.
  static constexpr std::array<std::string_view, 3> kTagNames = {"job", "project", "team"};

  explicit History(std::uint64_t seed, Amounts amounts = Amounts::usual);

  OrganizationId organization() const { return organization_; }
  // Returns a number below `bound`.
  std::uint64_t draw(std::uint64_t bound) { return engine_() % bound; }
  // Moves the time on, never back, and returns it.
  Instant pass_time();
  // Notes that time has passed elsewhere.
  void follow(Instant now) { now_ = std::max(now_, now); }
  // Returns a command of any kind, complete and with an unused idempotency key; `balance` is the
  // present one.
  ledger::Command next_command(const ledger::Balance& balance);
  // Notes what was booked: later commands may be about it.
  void learn(const ledger::Entry& entry);

 private:
  Id128 next_id();
  // Returns one of `ids`, or now and then the id of another kind of thing or of nothing.
  Id128 next_target(const std::vector<Id128>& ids);
  ledger::Origin next_origin();
  void add_payment(ledger::Origin& origin);
  std::shared_ptr<const ledger::SpendCaps> next_caps();
  ledger::Action next_action(const ledger::Balance& balance);
  ledger::CreateGrant next_grant();
  ledger::PlaceHold next_hold(const ledger::Balance& balance);
  std::chrono::seconds next_ttl();
  Credits next_amount(const ledger::Balance& balance);
  std::optional<Credits> next_part();
  // Returns one of the history's amounts.
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
