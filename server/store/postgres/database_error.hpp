// SPDX-License-Identifier: Apache-2.0
// What can go wrong between a node and its database, by what the node does next.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/result.hpp"

namespace farthing::store::postgres {

enum class Failure : std::uint8_t {
  // The connection is gone or useless. What was sent last may have happened or not: a COMMIT that
  // was on its way is unknown.
  lost,
  // A serialization failure, a deadlock, a lock that was waited for too long: nothing happened, and
  // the same again may succeed.
  conflict,
  // The database will not do it: a statement that it does not understand, a full disk.
  refused,
  // What it has stored cannot be read, or cannot be what was written.
  damaged,
};

struct DatabaseError {
  Failure failure = Failure::refused;
  std::string message;  // one line for the operator; never a secret
  // The database answers and lets nothing be written: its disk is full, or it is read-only.
  bool is_read_only = false;
};

template <class T>
using Checked = BasicResult<T, DatabaseError>;

// As an error for the operator.
inline Error as_error(DatabaseError error) {
  return make_error(ErrorCode::unavailable, std::move(error.message));
}

}  // namespace farthing::store::postgres
