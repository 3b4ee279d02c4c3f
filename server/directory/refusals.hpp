// SPDX-License-Identifier: Apache-2.0
// Refusals that are said in the same words wherever they occur.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/idempotency_key.hpp"

namespace farthing::directory {

inline Error no_such_organization() {
  Error error = make_error(ErrorCode::not_found, "There is no such organization.");
  error.field = "organization";
  return error;
}

inline Error wrong_address() {
  return make_error(ErrorCode::permission_denied, "The API key may not be used from this address.");
}

inline Error malformed_idempotency_key() {
  Error error =
      make_error(ErrorCode::bad_request,
                 std::string("idempotency_key must be ").append(kIdempotencyKeyForm) + ".");
  error.field = "idempotency_key";
  return error;
}

// Returns the record, or `not_found` when `record` is null.
template <class Record>
Result<Record> found_or_missing(const Record* record) {
  if (record == nullptr) return make_error(ErrorCode::not_found);
  return *record;
}

}  // namespace farthing::directory
