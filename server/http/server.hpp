// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 and HTTP/1.0 server: I/O threads with an event loop each, and listening sockets
// whose connections are dealt to them in turn. Requests of one connection are answered in order,
// one at a time; all that have arrived together are answered with one write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "server/http/handler.hpp"
#include "server/http/options.hpp"

namespace farthing::http {

class Server {
 public:
  // Listens and starts the threads. The error is a sentence for the operator. `handler` has to
  // outlive the server and every responder that it got.
  static BasicResult<std::unique_ptr<Server>, std::string> start(ServerOptions options,
                                                                 Handler& handler);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Stops the server if that has not been done.
  ~Server();

  // Returns the port of `ServerOptions::listen[at]`; 0 for a Unix socket.
  std::uint16_t port(std::size_t at = 0) const;

  // Returns the port for operators; 0 if there is none or it is a Unix socket.
  std::uint16_t admin_port() const;

  // Replaces the TLS context for connections that are accepted from now on; those that are open
  // keep what they have. Needs a server that was started with TLS. Safe from any thread.
  void set_tls(std::shared_ptr<const TlsContext> tls);

  // Returns how many connections are open now, on all threads.
  std::size_t open_connections() const;

  // Stops accepting, closes idle connections, finishes requests in flight until the shutdown
  // timeout, cuts the rest and joins the threads. Blocks until that is done; safe from any thread
  // but the I/O threads, and more than once.
  void stop();

 private:
  class State;
  explicit Server(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace farthing::http
