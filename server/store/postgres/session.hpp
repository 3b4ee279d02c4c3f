// SPDX-License-Identifier: Apache-2.0
// A connection that is made anew whenever it was lost, for one thread at a time. A lock is waited
// for less long than an answer, so that the database itself says what was waited for.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/store/postgres/connection.hpp"
#include "server/store/postgres/health.hpp"

namespace farthing::store::postgres {

struct SessionOptions {
  std::string conninfo;                                // holds a password at times: never logged
  std::chrono::milliseconds exchange_timeout{10'000};  // an answer that does not come is given up
};

class Session {
 public:
  // Both must outlive this.
  Session(const SessionOptions& options, Health& health) : options_(options), health_(health) {}

  // Connects if need be.
  Checked<std::vector<Rows>> run(std::span<const Call> calls);
  Checked<std::vector<Rows>> run(std::initializer_list<Call> calls) {
    return run(std::span(calls.begin(), calls.size()));
  }
  // No answer is waited for beyond that, nor a lock; nothing: for as long as the options say.
  void set_deadline(std::optional<Health::Time> deadline) { deadline_ = deadline; }
  Health::Time deadline() const { return deadline_.value_or(Health::Time::max()); }
  // Whether another attempt that begins at that time may still end in time.
  bool has_time_at(Health::Time begin_at) const { return begin_at + kShortestWait <= deadline(); }
  // Leaves a transaction that did not end well. After that there is none.
  void abandon_transaction();
  // Tells the operator of what was found damaged.
  void report_damage(const DatabaseError& error) { health_.say(error.message); }
  // Something was written and committed; of that kind of work.
  void report_written(Work work) {
    health_.report_written();
    health_.report_done(work);
  }
  // How work of a kind ended (health.hpp).
  void report_failure(Work work, const DatabaseError& error) {
    health_.report_failure(work, error);
  }
  void report_done(Work work) { health_.report_done(work); }
  bool is_known_read_only() const { return health_.is_read_only(); }
  // How often it has connected: whoever remembers something of the database forgets it when this
  // changes, because another server may answer now.
  std::uint64_t connections() const { return connections_; }
  // Whether the database has warned since this was asked last.
  bool take_warning() { return connection_ && connection_->take_warning(); }

  // An exchange gets that long, however late it is.
  static constexpr std::chrono::milliseconds kShortestWait{250};

 private:
  // The answers to `calls`, or an error when they do not come within `patience`.
  Checked<std::vector<Rows>> exchange(std::span<const Call> calls,
                                      std::chrono::milliseconds patience);
  Checked<Done> bound_locks(std::chrono::milliseconds patience);
  void report(const DatabaseError& error, Health::Time asked_at,
              std::chrono::milliseconds patience);
  // How long the database may take for an answer.
  std::chrono::milliseconds patience() const;

  const SessionOptions& options_;
  Health& health_;
  std::optional<Health::Time> deadline_;
  std::unique_ptr<Connection> connection_;
  std::chrono::milliseconds lock_timeout_{0};  // of the connection, as it was set last
  std::uint64_t connections_ = 0;
};

// The pause before an attempt, the first being 1: doubles from 10 ms to half a second, and differs
// from one to the next so that those who met do not meet again.
std::chrono::milliseconds pause_before(int attempt);

}  // namespace farthing::store::postgres
