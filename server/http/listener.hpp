// SPDX-License-Identifier: Apache-2.0
// Waits at a listening socket. Accepts on the first worker's thread and deals the connections to
// all workers in turn: unlike a socket per thread (SO_REUSEPORT), that keeps a few busy connections
// from landing on one thread.
#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/http/listening_socket.hpp"
#include "server/http/worker.hpp"

namespace farthing::http {

class Listener {
 public:
  // `workers` is not empty and outlives the listener.
  Listener(const std::vector<std::shared_ptr<Worker>>& workers, ListenAddress address,
           Entrance entrance, std::size_t max_connections);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  // Binds and listens. The error is a sentence for the operator.
  std::optional<std::string> open();
  // After `open`; 0 for a Unix socket.
  std::uint16_t port() const { return port_; }

  // The rest on the first worker's thread, or before it runs.
  void accept();
  void close();
  // For connections that are accepted from now on. At a Unix socket all stay in clear.
  void set_tls(std::shared_ptr<const TlsContext> tls);

 private:
  bool has_room() const;
  void take_waiting();
  void hand_over(Accepted accepted);
  void pause();

  const std::vector<std::shared_ptr<Worker>>& workers_;
  SharedState& shared_;
  const ListenAddress address_;
  const Entrance entrance_;
  // Of the whole server, beyond which this listener accepts none.
  const std::size_t max_connections_;
  std::shared_ptr<const TlsContext> tls_;
  std::optional<ListeningSocket> socket_;
  // The descriptor of `socket_`, which stays its owner.
  boost::asio::posix::basic_stream_descriptor<Executor> watched_;
  Timer pause_timer_;
  std::size_t next_worker_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace farthing::http
