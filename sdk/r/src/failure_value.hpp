// SPDX-License-Identifier: Apache-2.0
// Turns a failure into a list that R makes a condition of. See R/conditions.R.
#pragma once

#include <cpp11.hpp>

#include <optional>

#include <farthing/failure.hpp>

namespace farthing::r {

// Returns a list of kind, message, field, status, error, request_id, attempts, outcome_unknown and
// idempotency_key.
cpp11::sexp r_failure(const sdk::Failure& failure);

// Returns a list of fault, id, message, name, temporary, timeout and details (a named list of what
// else the server said); NULL when there is no error.
cpp11::sexp r_error(const std::optional<sdk::Error>& error);

// Returns a failure of kind `decoding` with nothing but a message.
sdk::Failure decoding_failure(const char* message);

}  // namespace farthing::r
