// SPDX-License-Identifier: Apache-2.0
// The terms on which a lot of credits was given to an organization.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/credits.hpp"
#include "base/instant.hpp"

namespace farthing::ledger {

// Stored: never renumber. Spelled as on the wire.
enum class GrantCategory : std::uint8_t { paid = 1, promotional = 2 };

// Returns an empty text for a value that is none of them.
std::string_view to_string(GrantCategory category);
std::optional<GrantCategory> parse_grant_category(std::string_view text);

inline constexpr std::int32_t kDefaultPriority = 100;

struct GrantTerms {
  Credits amount;
  Instant effective_at;                      // spendable from here on
  std::optional<Instant> expires_at;         // and until just before here; nothing means for ever
  std::int32_t priority = kDefaultPriority;  // lower is spent first
  GrantCategory category = GrantCategory::paid;
};

}  // namespace farthing::ledger
