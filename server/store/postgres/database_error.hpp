// SPDX-License-Identifier: Apache-2.0
// Failures between a node and its database, sorted by what the node does next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/result.hpp"

namespace farthing::store::postgres {

enum class Failure : std::uint8_t {
  // The connection is gone or useless. What was sent last may have happened or not: the outcome of
  // a COMMIT that was on its way is unknown.
  lost,
  // A worker of Citus does not answer. Its coordinator does, and has rolled back: nothing happened.
  // What other workers have goes on.
  worker_lost,
  // A serialization failure, a deadlock, a lock that was waited for too long: nothing happened, and
  // the same again may succeed.
  conflict,
  // The database refuses: a statement that it does not understand, a full disk.
  refused,
  // What is stored cannot be read, or cannot be what was written.
  damaged,
};

struct DatabaseError {
  Failure failure = Failure::refused;
  std::string message;  // one line for the operator; never a secret
  // The database answers and lets nothing be written: its disk is full, or it is read-only.
  bool is_read_only = false;
  // The connection was given up because no answer came in time.
  bool is_late = false;
  // Something that everybody needs is damaged, not only the data of one organization, user or key.
  bool concerns_all = false;
  std::string state;  // the SQLSTATE that the database gave; empty: it gave none
};

template <class T>
using Checked = BasicResult<T, DatabaseError>;

// Returns it as an error for the operator.
inline Error as_error(DatabaseError error) {
  return make_error(ErrorCode::unavailable, std::move(error.message));
}

// Returns the error with `concerns_all` set.
DatabaseError concerning_all(DatabaseError error);
// Returns whether the trouble is the database's own: other requests meet it too, and neither
// another connection nor another attempt mends it.
bool is_trouble_of_database(const DatabaseError& error);
// Returns what is wrong and what to do, for the operator.
std::string advice_on(const DatabaseError& error);
// Returns the sentence for a client.
std::string_view reason_for_clients(const DatabaseError& error);

}  // namespace farthing::store::postgres
