// SPDX-License-Identifier: Apache-2.0
// The threads that write, each with a connection of its own and one transaction at a time. Each
// takes all that waits for it and settles it as one batch, while more comes together for the next.
// An organization's commands wait for the same thread, so that those of one node do not wait for
// each other's locks. An attempt that the database or the network has spoilt is repeated until its
// outcome is known, or until the time is over and the client is told to ask again. Everybody is
// answered in time, also behind a batch that is stuck. Safe to use from any thread; answers run on
// the writers' threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "server/store/postgres/batch_statements.hpp"
#include "server/store/postgres/health.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/postgres/work_queue.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

// The movements of one call: at least one, or a single act.
struct SettleRequest {
  std::vector<Movement> movements;
};
struct ChangeRequest {
  directory::DirectoryCommand command;
  Reply<directory::DirectoryOutcome> reply;
};
// Books what is due in these; `done` is called whether that succeeded or not.
struct SweepRequest {
  std::vector<OrganizationId> organizations;
  Callback<void()> done;
};
using WriteRequest = std::variant<SettleRequest, ChangeRequest, SweepRequest>;

class Writers {
 public:
  struct Options {
    std::size_t threads = 0;
    std::size_t max_waiting_commands = 0;
    std::chrono::milliseconds patience{0};              // with a request, from when it was made
    BatchScope scope = BatchScope::many_organizations;  // of each transaction
  };

  // All but the options must outlive this.
  Writers(const SessionOptions& session, Health& health, StoreClock& clock, Options options);
  // Refuses new requests and finishes those that wait, if the database lets it.
  ~Writers();
  Writers(const Writers&) = delete;
  Writers& operator=(const Writers&) = delete;

  void submit(WriteRequest request);

 private:
  using Waiting = Dated<WriteRequest>;
  using Queue = WorkQueue<Waiting>;

  struct Settled {
    std::vector<Result<ledger::Outcome>> results;  // one for each command
    // Nothing was booked because the time of the oldest request ended, and another attempt may
    // succeed.
    bool is_worth_repeating = false;
    bool is_in_the_way = false;  // of organizations that other workers of Citus have
  };

  void run(Queue& queue);
  Queue& queue_for(const WriteRequest& request);
  // Returns when each request is answered.
  void settle(Session& session, std::vector<Waiting>& requests);
  // Settles all of them in one batch.
  Settled settle_batch(Session& session, std::vector<Waiting>& requests);
  // Settles the commands and what is due in transactions of one organization each. Tries each worker
  // of Citus that does not answer once at most.
  Settled settle_each(Session& session, const std::vector<const ledger::Command*>& commands,
                      const std::vector<OrganizationId>& due);
  void settle_act(Session& session, Movement& movement);
  void change(Session& session, ChangeRequest& request);
  // Settles the commands as one transaction.
  Settled settle_commands(Session& session, const std::vector<const ledger::Command*>& commands,
                          std::vector<OrganizationId> due,
                          const directory::ActOrigin* act = nullptr);
  // Repeats `attempt` until it succeeds, is refused or the session's deadline comes.
  template <class T, class Attempt>
  Checked<T> persist(Session& session, Attempt attempt);
  // Fails when an act would wait for a worker of Citus, holding locks that all other acts need.
  Checked<Done> check_reach_of_act(Session& session, OrganizationId organization) const;
  // Returns whether its time is over, or as good as over.
  bool is_late(const Waiting& waiting, Health::Time now) const;
  // Returns whether another attempt makes no sense.
  bool is_final(const Session& session, const DatabaseError& error) const;
  static void refuse(WriteRequest request, const Error& error);

  const SessionOptions& session_options_;
  Health& health_;
  StoreClock& clock_;
  const Options options_;
  std::vector<std::unique_ptr<Queue>> queues_;  // one for each thread
  std::vector<std::jthread> threads_;           // last: they use all of the above
};

}  // namespace farthing::store::postgres
