// SPDX-License-Identifier: Apache-2.0
// The parts of a connection that are different with TLS: the handshake, and bytes that pass through
// a session on their way. No call of the session waits for the socket.
#include "server/http/connection.hpp"

namespace farthing::http {

void Connection::shake_hands() {
  switch (tls_->shake_hands()) {
    case TlsProgress::done:
      wait_for(Awaited::request);
      return receive();
    case TlsProgress::wants_read:
      readable_ = false;
      return when_readable(&Connection::shake_hands);
    case TlsProgress::wants_write:
      return when_writable(incoming_, &Connection::shake_hands);
    case TlsProgress::over:
      return give_up_handshake();
  }
}

void Connection::give_up_handshake() {
  if (!tls_->met_plain_http()) {
    worker_->shared().log.handshake_failed(request_.peer(), tls_->failure());
    return cut();
  }
  // The client is told in the language that it understands.
  tls_.reset();
  refuse({400, "This port speaks HTTPS: the URL has to begin with https."});
  advance();
}

void Connection::read_encrypted() {
  const std::span<char> room = input_.prepare();
  std::size_t size = 0;
  switch (tls_->read(room, size)) {
    case TlsProgress::done:
      return on_received(size);
    case TlsProgress::wants_read:
      readable_ = false;
      return when_readable(&Connection::read);
    case TlsProgress::wants_write:
      return when_writable(incoming_, &Connection::read);
    case TlsProgress::over:
      return cut();
  }
}

bool Connection::write_encrypted() {
  while (written_ < output_.size()) {
    std::size_t size = 0;
    switch (tls_->write(std::string_view(output_).substr(written_), size)) {
      case TlsProgress::done:
        written_ += size;
        break;
      case TlsProgress::wants_write:
        return true;
      case TlsProgress::wants_read:  // only while a handshake is renegotiated, which cannot be
      case TlsProgress::over:
        cut();
        return false;
    }
  }
  return true;
}

}  // namespace farthing::http
