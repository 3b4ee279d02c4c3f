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

// Returns the address by which connections from `peer` are counted when there are too many. Returns
// nothing when each counts by itself, because many clients may be behind `peer`: this machine,
// which Unix sockets are reached from, and trusted proxies.
std::optional<IpAddress> counted_as(const IpAddress& peer, const ServerOptions& options);

class Listener {
 public:
  // `workers` is not empty and outlives the listener. Connections give way to each other, except
  // those of operators, which have room of their own.
  Listener(const std::vector<std::shared_ptr<Worker>>& workers, ListenAddress address,
           Entrance entrance);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  // Binds and listens. The error is a sentence for the operator.
  std::optional<std::string> open();
  // Returns the port after `open`; 0 for a Unix socket.
  std::uint16_t port() const { return port_; }

  // Call the rest on the first worker's thread, or before it runs.
  void accept();
  void close();
  // Replaces the TLS context for connections that are accepted from now on. At a Unix socket all
  // stay in clear.
  void set_tls(std::shared_ptr<const TlsContext> tls);

 private:
  // The room for a connection that waits.
  enum class Room : std::uint8_t { usual, for_probes, none, not_yet };

  bool is_for_operators() const { return entrance_ == Entrance::operators; }
  bool has_room() const;
  Room make_room();
  bool take_waiting(Room room);
  void take_all_waiting();
  void hand_over(Accepted accepted, Room room);
  void pause();
  void resume();

  const std::vector<std::shared_ptr<Worker>>& workers_;
  SharedState& shared_;
  const ListenAddress address_;
  const Entrance entrance_;
  std::shared_ptr<const TlsContext> tls_;
  std::optional<ListeningSocket> socket_;
  // The descriptor of `socket_`, which stays its owner.
  boost::asio::posix::basic_stream_descriptor<Executor> watched_;
  Timer pause_timer_;
  std::size_t next_worker_ = 0;
  std::uint16_t port_ = 0;
  bool is_pausing_ = false;
};

}  // namespace farthing::http
