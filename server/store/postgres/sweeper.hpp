// SPDX-License-Identifier: Apache-2.0
// The thread that looks about once a second for what has fallen due and has it booked, when nothing
// else did. Every node has one; a second one finds nothing left to do. It also notices, when nobody
// asks for anything, that the database is lost or back, and what has become of its clock.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/postgres/writers.hpp"

namespace farthing::store::postgres {

class Sweeper {
 public:
  // All must outlive this.
  Sweeper(const SessionOptions& session, Health& health, StoreClock& clock, Writers& writers);
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

 private:
  void run();
  void keep_clock(Session& session, const SharedClock& shared);
  // Has what is due booked. Returns once that is done, or cannot be.
  void sweep(Session& session);
  // Returns organizations that have something due, and notices workers of Citus that do not answer.
  Checked<std::vector<OrganizationId>> find_due(Session& session);
  // The same when not all workers answer.
  Checked<std::vector<OrganizationId>> find_due_by_shard(Session& session, Parameters parameters);
  void try_to_write(Session& session);

  const SessionOptions& session_options_;
  Health& health_;
  StoreClock& clock_;
  Writers& writers_;
  // The thread's own: what was found due the last time, and how many of these were found again.
  std::set<OrganizationId> last_found_;
  std::size_t stuck_ = 0;
  std::mutex mutex_;  // guards `is_stopping_`
  std::condition_variable stops_;
  bool is_stopping_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace farthing::store::postgres
