// SPDX-License-Identifier: Apache-2.0
// The listening socket. Accepts on the first worker's thread and deals the connections to all
// workers in turn: unlike a socket per thread (SO_REUSEPORT), that keeps a few busy connections
// from landing on one thread.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/http/worker.hpp"

namespace farthing::http {

class Listener {
 public:
  // `workers` is not empty and outlives the listener.
  Listener(const std::vector<std::shared_ptr<Worker>>& workers, ListenAddress address,
           Entrance entrance, std::size_t max_connections);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Binds and listens. The error is a sentence for the operator.
  std::optional<std::string> open();
  // After `open`.
  std::uint16_t port() const { return port_; }

  // The rest on the first worker's thread, or before it runs.
  void accept();
  void close();
  // For connections that are accepted from now on; null: in clear.
  void set_tls(std::shared_ptr<const TlsContext> tls) { tls_ = std::move(tls); }

 private:
  bool has_room() const;
  void take_waiting();
  boost::system::error_code take_next();
  void pause();

  const std::vector<std::shared_ptr<Worker>>& workers_;
  SharedState& shared_;
  const ListenAddress address_;
  const Entrance entrance_;
  // Of the whole server, beyond which this listener accepts none.
  const std::size_t max_connections_;
  std::shared_ptr<const TlsContext> tls_;
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor> acceptor_;
  Timer pause_timer_;
  std::size_t next_worker_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace farthing::http
