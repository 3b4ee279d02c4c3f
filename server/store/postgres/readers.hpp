// SPDX-License-Identifier: Apache-2.0
// The threads that read, each with a connection of its own. A thread for keys and balances reads
// all that waits at once (quick_reader.hpp). Other reads have threads of their own, so that a long
// one does not hold up keys and balances. Every read begins after it was asked for, so it sees all
// that was answered before; one that is asked for within the answer to another may see the same
// moment as that. A read that has waited for too long is refused without being begun. Safe to use
// from any thread; answers run on the readers' threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

#include "server/store/postgres/health.hpp"
#include "server/store/postgres/quick_reader.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/postgres/work_queue.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

// A read of any other kind. It is called once, with a session or with the reason why it gets none.
using ReadTask = Callback<void(Result<Session*>)>;

class Readers {
 public:
  struct Options {
    std::size_t quick_threads = 0;
    std::size_t task_threads = 0;
    std::size_t max_waiting = 0;
    std::chrono::milliseconds patience{0};  // with a request, from when it was made
  };

  // All but the options must outlive this.
  Readers(const SessionOptions& session, Health& health, StoreClock& clock, Options options);
  // Refuses new reads and finishes those that wait.
  ~Readers();
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  void submit(PrincipalRequest request);
  void submit(BalanceRequest request);
  void submit(ReadTask task);

 private:
  void enqueue(QuickRequest request);
  void run_quick();
  void run_tasks();

  // What a thread for keys and balances reads with, and for whom.
  struct Quick {
    const Readers* readers = nullptr;
    const QuickReader* reader = nullptr;
  };
  static thread_local Quick quick_here_;

  const SessionOptions& session_options_;
  Health& health_;
  StoreClock& clock_;
  const std::chrono::milliseconds patience_;
  WorkQueue<Dated<QuickRequest>> quick_;
  WorkQueue<Dated<ReadTask>> tasks_;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace farthing::store::postgres
