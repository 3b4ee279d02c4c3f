// SPDX-License-Identifier: Apache-2.0
#include "server/http/responder.hpp"

#include <utility>

#include "server/http/connection.hpp"

namespace farthing::http {

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this == &other) return *this;
  if (connection_) connection_->drop();
  connection_ = std::move(other.connection_);
  return *this;
}

Responder::~Responder() {
  if (connection_) connection_->drop();
}

void Responder::send(Response response) {
  if (const auto connection = std::exchange(connection_, nullptr)) {
    connection->answer(std::move(response));
  }
}

void Responder::send(const ResponseHead& head, std::string_view body) { send(head, {}, body); }

void Responder::send(const ResponseHead& head, std::string_view lines, std::string_view body) {
  if (const auto connection = std::exchange(connection_, nullptr)) {
    connection->answer(head, lines, body);
  }
}

void Responder::accept_body(std::size_t max_body) {
  if (const auto connection = std::exchange(connection_, nullptr)) {
    connection->accept_body(max_body);
  }
}

}  // namespace farthing::http
