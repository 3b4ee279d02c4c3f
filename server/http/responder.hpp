// SPDX-License-Identifier: Apache-2.0
// The right and the duty to answer one request: move-only, used once. Inside `Handler::handle` the
// answer is written straight into the connection's output; later, and from any thread, it is handed
// to the connection's own thread. A responder that is destroyed unused answers 500 and logs that.
// It may outlive the server; its answer then goes nowhere.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstddef>
#include <limits>
#include <string_view>

#include "server/http/response.hpp"

namespace farthing::http {

class Connection;
void intrusive_ptr_add_ref(const Connection* connection) noexcept;
void intrusive_ptr_release(const Connection* connection) noexcept;

class Responder {
 public:
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&& other) noexcept;
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;
  ~Responder();

  // Answers. This responder is spent then, and the request's views are gone. Does nothing on a
  // spent responder.
  void send(Response response);
  // Answers without any allocation when called inside `Handler::handle`. `body` is copied.
  void send(const ResponseHead& head, std::string_view body);
  // Answers likewise, with `lines` behind those of the head; each ends with CR LF, and all are
  // copied.
  void send(const ResponseHead& head, std::string_view lines, std::string_view body);

  // Has the body read if it has no more than so many bytes; else the client gets 413. Only a
  // responder from `Handler::handle_head` may do so, instead of an answer.
  void accept_body(std::size_t max_body = std::numeric_limits<std::size_t>::max());

  // Returns false once it is spent or moved from.
  explicit operator bool() const { return static_cast<bool>(connection_); }

 private:
  friend class Connection;
  explicit Responder(boost::intrusive_ptr<Connection> connection) noexcept
      : connection_(std::move(connection)) {}

  boost::intrusive_ptr<Connection> connection_;
};

}  // namespace farthing::http
