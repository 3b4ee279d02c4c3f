// SPDX-License-Identifier: Apache-2.0
#include "server/http/listener.hpp"

#include <boost/asio/dispatch.hpp>
#include <system_error>
#include <utility>

namespace farthing::http {

namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

// How long to wait when there is no room for a connection, or no file descriptor.
constexpr std::chrono::milliseconds kPause{50};
// Connections that are accepted before somebody else has a turn on the thread.
constexpr int kMostAtOnce = 16;

// Failures of the one connection, which say nothing about the next.
bool is_about_connection(std::error_code error) {
  return error == std::errc::connection_aborted || error == std::errc::interrupted;
}

}  // namespace

Listener::Listener(const std::vector<std::shared_ptr<Worker>>& workers, ListenAddress address,
                   Entrance entrance, std::size_t max_connections)
    : workers_(workers),
      shared_(workers.front()->shared()),
      address_(std::move(address)),
      entrance_(entrance),
      max_connections_(max_connections),
      tls_(shared_.options.tls),
      watched_(workers.front()->io()),
      pause_timer_(workers.front()->io()) {}

Listener::~Listener() { close(); }

std::optional<std::string> Listener::open() {
  auto socket = ListeningSocket::open(address_, shared_.options.backlog);
  if (!socket) return std::move(socket).error();
  socket_.emplace(*std::move(socket));
  // What a Unix socket carries does not leave this machine.
  if (socket_->is_unix()) tls_.reset();
  port_ = socket_->port();
  ErrorCode error;
  watched_.assign(socket_->native(), error);
  if (!error) return {};
  socket_.reset();
  return "cannot wait for connections: " + error.message();
}

bool Listener::has_room() const {
  return shared_.open_connections.load(std::memory_order_relaxed) < max_connections_;
}

void Listener::accept() {
  if (!socket_) return;
  if (!has_room()) return pause();
  watched_.async_wait(decltype(watched_)::wait_read, [this](ErrorCode error) {
    if (!error) take_waiting();
  });
}

void Listener::take_waiting() {
  if (!socket_) return;
  for (int i = 0; i < kMostAtOnce && has_room(); ++i) {
    auto accepted = socket_->accept();
    if (accepted) {
      hand_over(*std::move(accepted));
      continue;
    }
    const std::error_code error = accepted.error();
    if (error == std::errc::resource_unavailable_try_again) break;
    if (!is_about_connection(error)) {
      // No file descriptors or no memory: the connection stays in the queue, and trying again at
      // once would only spin.
      shared_.log.accept_failed(error.message());
      return pause();
    }
  }
  accept();
}

void Listener::hand_over(Accepted accepted) {
  Worker& worker = *workers_[next_worker_];
  next_worker_ = (next_worker_ + 1) % workers_.size();
  shared_.open_connections.fetch_add(1, std::memory_order_relaxed);
  asio::dispatch(worker.io(), [&worker, socket = std::move(accepted.socket),
                               arrival = Arrival{accepted.peer, entrance_, tls_}]() mutable {
    worker.adopt(std::move(socket), arrival);
  });
}

void Listener::pause() {
  pause_timer_.expires_after(kPause);
  pause_timer_.async_wait([this](ErrorCode error) {
    if (!error) accept();
  });
}

void Listener::set_tls(std::shared_ptr<const TlsContext> tls) {
  if (socket_ && !socket_->is_unix()) tls_ = std::move(tls);
}

void Listener::close() {
  if (!socket_) return;
  watched_.release();
  socket_.reset();
  pause_timer_.cancel();
}

}  // namespace farthing::http
