// SPDX-License-Identifier: Apache-2.0
#include "server/http/listener.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <utility>

namespace farthing::http {

namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

// How long to wait when there is no room for a connection, or no file descriptor.
constexpr std::chrono::milliseconds kPause{50};
// Connections that are accepted before somebody else has a turn on the thread.
constexpr int kMostAtOnce = 16;

IpAddress address_of(const asio::ip::tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  return address.is_v4() ? IpAddress::from_v4(address.to_v4().to_bytes())
                         : IpAddress::from_v6(address.to_v6().to_bytes());
}

// Failures of the one connection, which say nothing about the next.
bool is_about_connection(ErrorCode error) {
  return error == asio::error::connection_aborted || error == asio::error::interrupted;
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
      acceptor_(workers.front()->io()),
      pause_timer_(workers.front()->io()) {}

std::optional<std::string> Listener::open() {
  ErrorCode error;
  const auto address = asio::ip::make_address(address_.address, error);
  if (error) return "the address to listen on is not an IP address: " + address_.address;
  const asio::ip::tcp::endpoint endpoint(address, address_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(shared_.options.backlog, error);
  if (!error) acceptor_.non_blocking(true, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (!error) return {};
  return "cannot listen on " + address_.address + " port " + std::to_string(address_.port) + ": " +
         error.message();
}

bool Listener::has_room() const {
  return shared_.open_connections.load(std::memory_order_relaxed) < max_connections_;
}

void Listener::accept() {
  if (!acceptor_.is_open()) return;
  if (!has_room()) return pause();
  acceptor_.async_wait(asio::socket_base::wait_read, [this](ErrorCode error) {
    if (!error) take_waiting();
  });
}

void Listener::take_waiting() {
  for (int i = 0; i < kMostAtOnce && has_room(); ++i) {
    const ErrorCode error = take_next();
    if (error == asio::error::would_block) break;
    if (error && !is_about_connection(error)) {
      // No file descriptors or no memory: the connection stays in the queue, and trying again at
      // once would only spin.
      shared_.log.accept_failed(error.message());
      return pause();
    }
  }
  accept();
}

ErrorCode Listener::take_next() {
  asio::ip::tcp::endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  StreamSocket socket(
      ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.native() < 0) return {errno, asio::error::get_system_category()};
  peer.resize(size);
  // An answer is written in one piece; it is not to wait for the acknowledgement of the one before.
  const int on = 1;
  ::setsockopt(socket.native(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Worker& worker = *workers_[next_worker_];
  next_worker_ = (next_worker_ + 1) % workers_.size();
  shared_.open_connections.fetch_add(1, std::memory_order_relaxed);
  asio::dispatch(worker.io(), [&worker, socket = std::move(socket),
                               arrival = Arrival{address_of(peer), entrance_, tls_}]() mutable {
    worker.adopt(std::move(socket), arrival);
  });
  return {};
}

void Listener::pause() {
  pause_timer_.expires_after(kPause);
  pause_timer_.async_wait([this](ErrorCode error) {
    if (!error) accept();
  });
}

void Listener::close() {
  ErrorCode ignored;
  acceptor_.close(ignored);
  pause_timer_.cancel();
}

}  // namespace farthing::http
