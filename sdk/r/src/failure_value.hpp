// SPDX-License-Identifier: Apache-2.0
// What went wrong, as a list that R makes a condition of. See R/conditions.R.
#pragma once

#include <cpp11.hpp>

#include <optional>

#include <farthing/failure.hpp>

namespace farthing::r {

// Members: kind, message, field, status, error, request_id, attempts, outcome_unknown,
// idempotency_key.
cpp11::sexp r_failure(const sdk::Failure& failure);

// Members: fault, id, message, name, temporary, timeout, details (a named list of what else the
// server said). NULL when there is none.
cpp11::sexp r_error(const std::optional<sdk::Error>& error);

// A failure of kind `decoding` of which no more is known than what it says.
sdk::Failure decoding_failure(const char* message);

}  // namespace farthing::r
