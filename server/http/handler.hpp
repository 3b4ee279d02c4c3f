// SPDX-License-Identifier: Apache-2.0
// The functions that the transport calls. One handler serves all connections; its functions are
// called on every I/O thread at once and must not block.
#pragma once

#include <string_view>

#include "server/http/request.hpp"
#include "server/http/responder.hpp"
#include "server/http/response.hpp"

namespace farthing::http {

// A refusal by the transport itself: a malformed, oversized or slow request, a handler that threw,
// dropped its responder or took too long.
struct TransportError {
  // 400, 408, 413, 414, 417, 431, 500, 501, 503 or 505.
  int status;
  // One sentence for the client. A literal, never a part of the request.
  std::string_view message;
  // Sent as X-Request-Id too.
  std::string_view request_id;
  // Empty when the request line could not be read.
  std::string_view path;
};

class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  // Decides whether a body that is large, or has not arrived with its head, is worth reading.
  // Either answers through `responder`, which ends the connection, or has it accept the body, after
  // which `handle` gets the whole request. May do so later. `head` has no body, and lives as long
  // as the responder is unspent.
  virtual void handle_head(const Request& head, Responder responder) {
    static_cast<void>(head);
    responder.accept_body();
  }

  // Returns whether the request asks how the server does; a server that is full still answers it.
  virtual bool is_probe(const Request& request) const {
    static_cast<void>(request);
    return false;
  }

  // Answers through `responder`, now or later. `request` lives as long as the responder is unspent,
  // on whichever thread. An exception counts as an unanswered request: 500.
  virtual void handle(const Request& request, Responder responder) = 0;

  // Returns the answer that tells a client about `error`, whose status replaces the answer's. After
  // an exception the client gets the status without a body.
  virtual Response describe(const TransportError& error) = 0;
};

}  // namespace farthing::http
