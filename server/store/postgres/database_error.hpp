// SPDX-License-Identifier: Apache-2.0
// What can go wrong between a node and its database, by what the node does next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
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
  // The connection was given up because no answer came in time.
  bool is_late = false;
  // Damaged is what everybody needs, so it is not the trouble of one organization, user or key.
  bool concerns_all = false;
  std::string state;  // the SQLSTATE that the database gave; empty: it gave none
};

template <class T>
using Checked = BasicResult<T, DatabaseError>;

// As an error for the operator.
inline Error as_error(DatabaseError error) {
  return make_error(ErrorCode::unavailable, std::move(error.message));
}

// The same, of what everybody needs.
DatabaseError concerning_all(DatabaseError error);
// Whether it is a trouble of the database's own, which other requests meet too, and which neither
// another connection nor another attempt mends.
bool is_trouble_of_database(const DatabaseError& error);
// What is wrong and what to do, for the operator.
std::string advice_on(const DatabaseError& error);
// The sentence that a client is told.
std::string_view reason_for_clients(const DatabaseError& error);

}  // namespace farthing::store::postgres
