// SPDX-License-Identifier: Apache-2.0
// A connection that is made anew whenever it was lost, for one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
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
  // Leaves a transaction that did not end well. After that there is none.
  void abandon_transaction();
  // Tells the operator of what was found damaged.
  void report_damage(const DatabaseError& error) { health_.say(error.message); }
  // Something was written and committed.
  void report_written() { health_.report_written(); }
  // How often it has connected: whoever remembers something of the database forgets it when this
  // changes, because another server may answer now.
  std::uint64_t connections() const { return connections_; }
  // Whether the database has warned since this was asked last.
  bool take_warning() { return connection_ && connection_->take_warning(); }

 private:
  const SessionOptions& options_;
  Health& health_;
  std::unique_ptr<Connection> connection_;
  std::uint64_t connections_ = 0;
};

// The pause before an attempt, the first being 1: doubles from 10 ms to half a second, and differs
// from one to the next so that those who met do not meet again.
std::chrono::milliseconds pause_before(int attempt);

}  // namespace farthing::store::postgres
