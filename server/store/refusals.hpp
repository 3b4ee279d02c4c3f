// SPDX-License-Identifier: Apache-2.0
// What every store says in the same words when something is not there.
#pragma once

#include "base/error.hpp"

namespace farthing::store {

inline Error no_such_organization() {
  Error error = make_error(ErrorCode::not_found, "There is no such organization.");
  error.field = "organization";
  return error;
}

// A value where there is one, `not_found` where `record` is null.
template <class Record>
Result<Record> found_or_missing(const Record* record) {
  if (record == nullptr) return make_error(ErrorCode::not_found);
  return *record;
}

}  // namespace farthing::store
