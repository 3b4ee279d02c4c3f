// SPDX-License-Identifier: Apache-2.0
// Tells the connections of a worker when their sockets have become readable or writable: once for
// each change, so a connection that is told goes on until the socket blocks. Stands beside the
// event loop of Asio, which tries each read before it waits for it and so needs one system call
// more for each request (docs/decisions/2026-11-30-connections.md). Used on the worker's thread.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace farthing::http {

class Connection;

class ReadySet {
 public:
  // The most connections that are told between two looks at the rest of the event loop.
  static constexpr std::size_t kMostAtOnce = 64;

  // Throws std::system_error when the system gives no descriptor.
  explicit ReadySet(boost::asio::io_context& io);
  ReadySet(const ReadySet&) = delete;
  ReadySet& operator=(const ReadySet&) = delete;

  // Tells `connection` from now on, until `forget`, when `socket` becomes readable, beginning with
  // its present state. Returns false when the system has no memory for it.
  bool add(int socket, Connection& connection);
  // Tells from now on when it becomes writable too, and its present state once more. `add` does
  // not, because each read of the other end makes a Unix socket writable.
  bool add_writing(int socket, Connection& connection);
  // Stops telling the connection. Call it before the socket is closed.
  void forget(const Connection& connection);

  // Calls `then(error)` once, when `tell` has something to tell or after `close`. Keeps the event
  // loop running until then.
  template <typename F>
  void wait(F&& then) {
    epoll_.async_wait(decltype(epoll_)::wait_read, std::forward<F>(then));
  }
  // Calls `Connection::read_ahead` of some whose sockets have something to read, and then
  // `Connection::on_ready` of those and all whose sockets have changed otherwise. Whoever is told
  // may `forget` any connection.
  void tell();
  void close();

 private:
  bool control(int operation, int socket, Connection& connection, std::uint32_t events);

  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> epoll_;
  std::array<epoll_event, kMostAtOnce> events_;
  // The range of `events_` that has not been told yet.
  std::size_t next_ = 0;
  std::size_t end_ = 0;
};

}  // namespace farthing::http
