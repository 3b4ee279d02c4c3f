// SPDX-License-Identifier: Apache-2.0
// Random histories of one organization that are the same for the same seed, everywhere. Amounts,
// instants and priorities are drawn from few values, so that ties, exact exhaustion and events at
// the same instant are common. For tests.
#pragma once

#include <cstdint>
#include <random>

#include "server/ledger/command.hpp"
#include "server/ledger/state.hpp"

namespace farthing::model {

class History {
 public:
  explicit History(std::uint64_t seed);

  OrganizationId organization() const { return organization_; }
  // A number below `bound`.
  std::uint64_t draw(std::uint64_t bound) { return engine_() % bound; }
  // The time of what happens next: never before what it was.
  Instant pass_time();
  // A grant or a charge, complete and with an unused idempotency key; `balance` is that of the
  // moment.
  ledger::Command next_command(const ledger::Balance& balance);

 private:
  Id128 next_id();
  ledger::Origin next_origin();
  ledger::CreateGrant next_grant();
  Credits next_amount(const ledger::Balance& balance);

  std::mt19937_64 engine_;
  OrganizationId organization_;
  Instant now_;
  std::uint64_t next_key_ = 0;
};

}  // namespace farthing::model
