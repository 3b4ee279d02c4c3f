// SPDX-License-Identifier: Apache-2.0
// The time of the ledger, and whether the ledger trusts the clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <farthing/export.hpp>
#include <farthing/failure.hpp>
#include <farthing/fields.hpp>

namespace farthing::sdk {

struct FARTHING_API ClockStatus {
  std::string clock{};        // what it shows: the server's, or its database's
  std::string ledger_time{};  // what counts
  std::int64_t ahead_ms = 0;  // of the clock, 0 where it is not
  // "none"; "start" or "leap" when the clock is not trusted: credits do not move then
  std::string doubt{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("clock", &ClockStatus::clock);
    visit("ledger_time", &ClockStatus::ledger_time);
    visit("ahead_ms", &ClockStatus::ahead_ms);
    visit("doubt", &ClockStatus::doubt);
  }

  static Result<ClockStatus> from_json(std::string_view json);
  std::string to_json() const;
};

}  // namespace farthing::sdk
