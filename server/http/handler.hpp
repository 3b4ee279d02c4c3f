// SPDX-License-Identifier: Apache-2.0
// What the transport calls. One handler serves all connections; its functions are called on every
// I/O thread at once and must not block.
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

  // Answers through `responder`, now or later. `request` lives as long as the responder is unspent,
  // on whichever thread. An exception counts as an unanswered request: 500.
  virtual void handle(const Request& request, Responder responder) = 0;

  // The answer that tells a client about `error`; its status is replaced by that of `error`. After
  // an exception the client gets the status without a body.
  virtual Response describe(const TransportError& error) = 0;
};

}  // namespace farthing::http
