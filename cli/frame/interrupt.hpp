// SPDX-License-Identifier: Apache-2.0
// While an Interrupt exists, the first SIGINT, SIGTERM or SIGHUP requests a stop instead of ending
// the process, so that a call is cancelled and half-done work is tidied up; the second one ends the
// process. Signals that were ignored stay ignored. A process may have one at a time.
#pragma once

#include <array>
#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace farthing::cli {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  // Returns the signal that came, 0 for none.
  int signal() const;

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

  void watch();

  std::stop_source source_;
  std::atomic<bool> is_over_ = false;
  std::array<struct sigaction, kSignals.size()> previous_{};
  std::thread watcher_;
};

}  // namespace farthing::cli
