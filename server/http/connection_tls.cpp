// SPDX-License-Identifier: Apache-2.0
// What is different about a connection that speaks TLS: the handshake, and bytes that pass through
// a session on their way. Nothing of the session is kept busy while the socket is waited for.
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "server/http/connection.hpp"

namespace farthing::http {

namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

}  // namespace

void Connection::when(Socket::wait_type ready, void (Connection::*then)()) {
  socket_.async_wait(ready, [self = Self(this), then](ErrorCode error) {
    if (self->closed_) return;
    if (error) return self->cut();
    self->worker_->update_clock();
    ((*self).*then)();
  });
}

void Connection::shake_hands() {
  switch (tls_->shake_hands()) {
    case TlsProgress::done:
      wait_for(Awaited::request);
      return receive();
    case TlsProgress::wants_read:
      return when(Socket::wait_read, &Connection::shake_hands);
    case TlsProgress::wants_write:
      return when(Socket::wait_write, &Connection::shake_hands);
    case TlsProgress::over:
      return give_up_handshake();
  }
}

void Connection::give_up_handshake() {
  if (!tls_->met_plain_http()) {
    worker_->shared().log.handshake_failed(request_.peer(), tls_->failure());
    return cut();
  }
  // Tell the client in the language that it understands.
  tls_.reset();
  refuse({400, "This port speaks HTTPS: the URL has to begin with https."});
  advance();
}

void Connection::receive_encrypted() {
  if (!tls_->has_decrypted()) return when(Socket::wait_read, &Connection::read_encrypted);
  // By way of the event loop, so that one client that sends without end does not keep the others
  // waiting, nor the stack growing.
  asio::post(socket_.get_executor(), [self = Self(this)] {
    if (!self->closed_) self->read_encrypted();
  });
}

void Connection::read_encrypted() {
  // After the last answer nobody wants to know, and the input may be in use.
  if (finishing_) {
    reading_ = false;
    if (lingering_) drain();
    return;
  }
  const std::span<char> room = input_.prepare();
  std::size_t size = 0;
  switch (tls_->read(room, size)) {
    case TlsProgress::done:
      return on_received({}, size);
    case TlsProgress::wants_read:
      return when(Socket::wait_read, &Connection::read_encrypted);
    case TlsProgress::wants_write:
      return when(Socket::wait_write, &Connection::read_encrypted);
    case TlsProgress::over:
      return on_received(asio::error::eof, 0);
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

void Connection::write_encrypted_rest() {
  if (write_encrypted()) on_written({}, 0);
}

}  // namespace farthing::http
