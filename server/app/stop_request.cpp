// SPDX-License-Identifier: Apache-2.0
#include "server/app/stop_request.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/check.hpp"

namespace farthing::app {
namespace {

sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  return signals;
}

void let_signals_through() {
  const sigset_t signals = awaited_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace

BasicResult<StopRequest, std::string> StopRequest::make(HangUp hang_up) {
  const sigset_t signals = awaited_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  StopRequest request(hang_up, ::signalfd(-1, &signals, SFD_CLOEXEC), ::eventfd(0, EFD_CLOEXEC));
  if (request.signals_ < 0 || request.failure_ < 0) {
    return std::string("cannot wait for signals: ") + std::strerror(errno);
  }
  return request;
}

StopRequest::~StopRequest() {
  if (signals_ < 0 && failure_ < 0) return;
  if (signals_ >= 0) ::close(signals_);
  if (failure_ >= 0) ::close(failure_);
  let_signals_through();
}

StopRequest::StopRequest(StopRequest&& other) noexcept
    : hang_up_(other.hang_up_),
      signals_(std::exchange(other.signals_, -1)),
      failure_(std::exchange(other.failure_, -1)) {}

void StopRequest::fail() const {
  const std::uint64_t one = 1;
  // This can only fail when the counter is full, and then somebody is awake already.
  [[maybe_unused]] const ssize_t written = ::write(failure_, &one, sizeof one);
}

Wake StopRequest::wait() const {
  std::array<pollfd, 2> awaited = {pollfd{.fd = signals_, .events = POLLIN, .revents = 0},
                                   pollfd{.fd = failure_, .events = POLLIN, .revents = 0}};
  while (::poll(awaited.data(), awaited.size(), -1) < 0) CHECK(errno == EINTR);
  const Wake wake = awaited[1].revents != 0 ? Wake::failure : take_signal();
  if (wake != Wake::reload) let_signals_through();
  return wake;
}

// The signal has to be taken: otherwise it would end the process when the signals are let through.
Wake StopRequest::take_signal() const {
  signalfd_siginfo signal{};
  const ssize_t size = ::read(signals_, &signal, sizeof signal);
  const bool is_hang_up = size == sizeof signal && signal.ssi_signo == SIGHUP;
  return is_hang_up && hang_up_ == HangUp::reloads ? Wake::reload : Wake::stop;
}

}  // namespace farthing::app
