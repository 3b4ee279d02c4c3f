// SPDX-License-Identifier: Apache-2.0
// A connection that is made anew whenever it was lost, for one thread at a time. A database that a
// later program has migrated meanwhile counts as lost, if this program's nodes may not serve beside
// that. The wait for a lock ends before the wait for an answer, so that the database itself can say
// what was waited for.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/health.hpp"

namespace farthing::store::postgres {

struct SessionOptions {
  std::string conninfo;                                // holds a password at times: never logged
  std::chrono::milliseconds exchange_timeout{10'000};  // an answer that does not come is given up
  // Whether that is asked again. Where Citus has the tables it is not: a worker that hangs is the
  // likely reason, and whoever needs another worker waits behind.
  bool repeats_late = true;
};

class Session {
 public:
  // Both must outlive this.
  Session(const SessionOptions& options, Health& health) : options_(options), health_(health) {}

  // Runs the calls; connects if need be.
  Checked<std::vector<Rows>> run(std::span<const Call> calls);
  Checked<std::vector<Rows>> run(std::initializer_list<Call> calls) {
    return run(std::span(calls.begin(), calls.size()));
  }
  // Sets the time beyond which it waits for no answer and no lock; nothing: as long as the options
  // say.
  void set_deadline(std::optional<Health::Time> deadline) { deadline_ = deadline; }
  Health::Time deadline() const { return deadline_.value_or(Health::Time::max()); }
  // Returns whether another attempt that begins at that time may still end before the deadline.
  bool has_time_at(Health::Time begin_at) const { return begin_at + kShortestWait <= deadline(); }
  // Ends a transaction that did not end well. No transaction is open afterwards.
  void abandon_transaction();
  // Tells the operator what was found damaged.
  void report_damage(const DatabaseError& error) { health_.say(error.message); }
  // Takes in that work of that kind was written and committed.
  void report_written(Work work) {
    health_.report_written();
    health_.report_done(work);
  }
  // These take in how work of a kind ended (health.hpp).
  void report_failure(Work work, const DatabaseError& error) {
    health_.report_failure(work, error);
  }
  void report_done(Work work) { health_.report_done(work); }
  // Takes in that something was read that every worker has a part of.
  void report_workers_reached() { health_.report_workers_reached(); }
  bool is_known_read_only() const { return health_.is_read_only(); }
  // Returns whether what failed so is not to be tried again because others wait behind it, who may
  // need another worker of Citus.
  bool is_in_the_way(const DatabaseError& error) const {
    return error.failure == Failure::worker_lost || (error.is_late && !options_.repeats_late);
  }
  SilentWorkers& silent_workers() { return health_.silent_workers(); }
  // Returns how often it has connected. Whoever remembers something of the database must forget it
  // when this changes, because another server may answer now.
  std::uint64_t connections() const { return connections_; }
  // Returns whether the database has warned since the last call of this.
  bool take_warning() { return connection_ && connection_->take_warning(); }

  // An exchange gets at least that long, however late it is.
  static constexpr std::chrono::milliseconds kShortestWait{250};

 private:
  Checked<Done> connect();
  // Returns the answers to `calls`, or an error when they do not come within `patience`.
  Checked<std::vector<Rows>> exchange(std::span<const Call> calls,
                                      std::chrono::milliseconds patience);
  Checked<Done> bound_locks(std::chrono::milliseconds patience);
  void report(const DatabaseError& error, Health::Time asked_at,
              std::chrono::milliseconds patience);
  // Returns how long the database may take for an answer.
  std::chrono::milliseconds patience() const;

  const SessionOptions& options_;
  Health& health_;
  std::optional<Health::Time> deadline_;
  std::unique_ptr<DatabaseConnection> connection_;
  std::chrono::milliseconds lock_timeout_{0};  // of the connection, as it was set last
  std::uint64_t connections_ = 0;
};

// Returns the pause before an attempt, the first being 1. It doubles from 10 ms to half a second
// and varies at random, so that those who collided do not collide again.
std::chrono::milliseconds pause_before(int attempt);

}  // namespace farthing::store::postgres
