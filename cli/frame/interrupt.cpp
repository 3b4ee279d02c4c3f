// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/interrupt.hpp"

#include <semaphore.h>

#include <cerrno>

namespace farthing::cli {
namespace {

// The handler touches only these: a lock-free atomic, and the semaphore of `sem_post`. Both outlive
// every handler.
std::atomic<int> caught_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);
sem_t wake;

void handle(int number) {
  const int saved_errno = errno;
  int none = 0;
  caught_signal.compare_exchange_strong(none, number);
  ::sem_post(&wake);
  errno = saved_errno;
}

}  // namespace

Interrupt::Interrupt() {
  caught_signal = 0;
  ::sem_init(&wake, 0, 0);
  watcher_ = std::thread([this] { watch(); });
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &previous_[i]);
    if (previous_[i].sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = handle;
    // The first signal resets the handler, so that the second one ends the process.
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    ::sigaction(kSignals[i], &action, nullptr);
  }
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], &previous_[i], nullptr);
  }
  is_over_ = true;
  ::sem_post(&wake);
  watcher_.join();
}

int Interrupt::signal() const { return caught_signal.load(); }

void Interrupt::watch() {
  while (!is_over_) {
    if (caught_signal.load() != 0) source_.request_stop();
    while (::sem_wait(&wake) != 0 && errno == EINTR) {
    }
  }
}

}  // namespace farthing::cli
