// SPDX-License-Identifier: Apache-2.0
// The details of the error `insufficient_credits`, as values.
#pragma once

#include <optional>
#include <string>

#include <farthing/credits.hpp>
#include <farthing/export.hpp>
#include <farthing/failure.hpp>

namespace farthing::sdk {

struct InsufficientCredits {
  Credits required{};
  Credits available{};  // below zero by what is owed
  Credits held{};
  std::optional<Credits> overdraft_limit{};    // when the organization has one
  std::optional<std::string> next_grant_at{};  // when the next grant can be spent, if one is coming
};

// Returns what the error `insufficient_credits` of a charge, a hold or a capture says. Returns
// nothing for any other failure, or when `required`, `available` or `held` cannot be read.
FARTHING_API std::optional<InsufficientCredits> insufficient_credits(const Failure& failure);

}  // namespace farthing::sdk
