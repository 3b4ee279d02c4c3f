// SPDX-License-Identifier: Apache-2.0
// Sets a store's ledger time back when a wrong clock has driven it ahead. The one step back is an
// act of the audit log. What was booked stays: an organization whose last entry is later keeps its
// own time until then. Nobody may work on the store meanwhile.
#pragma once

#include <cstdint>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"

namespace farthing::store {

enum class SetBackMode : std::uint8_t { look, act };

struct ClockSetBack {
  struct Ahead {
    OrganizationId organization;
    Instant last_at;  // of its last entry
  };

  Instant ledger_time;       // before
  Instant clock;             // and after, where it is the earlier one
  std::vector<Ahead> ahead;  // organizations whose last entry is later than the clock

  bool is_needed() const { return ledger_time > clock; }
};

}  // namespace farthing::store
