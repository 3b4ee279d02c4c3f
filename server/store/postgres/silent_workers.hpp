// SPDX-License-Identifier: Apache-2.0
// What a node knows of the workers of Citus that neither answer nor refuse. To try one takes seconds
// each time, and others wait behind whoever tries. So their organizations are refused at once, until
// a look at the workers finds that they answer. While there are none, nothing here asks the
// database. Safe to use from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "base/id.hpp"
#include "server/store/postgres/database_error.hpp"

namespace farthing::store::postgres {

class Session;

// A worker by the number that Citus has given it.
using WorkerNumber = std::int64_t;

class SilentWorkers {
 public:
  // Takes in which there are now, in place of those of before.
  void set(std::set<WorkerNumber> workers);
  bool has_any() const { return has_any_.load(std::memory_order_relaxed); }
  std::set<WorkerNumber> all() const;

 private:
  mutable std::mutex mutex_;  // guards `workers_`
  std::set<WorkerNumber> workers_;
  std::atomic<bool> has_any_ = false;
};

// Returns the organizations' workers. Asks the coordinator alone, which must have distributed the
// tables.
Checked<std::map<OrganizationId, WorkerNumber>> find_workers(
    Session& session, const std::vector<OrganizationId>& organizations);

// What the coordinator finds when it connects to each worker.
struct WorkersFound {
  std::set<WorkerNumber> silent;  // it waited in vain
  std::set<WorkerNumber> lost;    // it cannot connect, the silent ones included
};
// Has the coordinator try all workers, one after the other.
Checked<WorkersFound> look_at_workers(Session& session);

// Returns the error for an organization whose worker is silent.
DatabaseError silent_worker_error();
// Fails when the worker of the organization is known to be silent, or cannot be reached now. Must be
// called before locks are taken that others wait for: as long as a worker hangs, the coordinator
// gives back nothing that a transaction with a part on it has locked.
Checked<Done> check_reach(Session& session, OrganizationId organization);

}  // namespace farthing::store::postgres
