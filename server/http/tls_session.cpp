// SPDX-License-Identifier: Apache-2.0
#include "server/http/tls_session.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>

#include "server/http/tls_context.hpp"

namespace farthing::http {

TlsSession::TlsSession(const TlsContext& context, int socket)
    : session_(SSL_new(context.native())) {
  if (session_ == nullptr || SSL_set_fd(session_, socket) != 1) {
    SSL_free(session_);
    throw std::bad_alloc();
  }
}

TlsSession::~TlsSession() { SSL_free(session_); }

TlsProgress TlsSession::shake_hands() {
  ERR_clear_error();
  const TlsProgress progress = progress_of(SSL_accept(session_));
  is_open_ = progress == TlsProgress::done;
  if (progress != TlsProgress::over) return progress;
  const unsigned long code = ERR_peek_error();
  met_plain_http_ = ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST;
  const char* reason = ERR_reason_error_string(code);
  failure_ = reason == nullptr ? "the client has gone" : reason;
  return progress;
}

TlsProgress TlsSession::read(std::span<char> room, std::size_t& size) {
  ERR_clear_error();
  return progress_of(SSL_read_ex(session_, room.data(), room.size(), &size));
}

bool TlsSession::has_decrypted() const { return SSL_pending(session_) > 0; }

TlsProgress TlsSession::write(std::string_view data, std::size_t& size) {
  ERR_clear_error();
  return progress_of(SSL_write_ex(session_, data.data(), data.size(), &size));
}

void TlsSession::end() {
  if (!is_open_) return;
  is_open_ = false;
  ERR_clear_error();
  SSL_shutdown(session_);
}

TlsProgress TlsSession::progress_of(int result) {
  if (result == 1) return TlsProgress::done;
  switch (SSL_get_error(session_, result)) {
    case SSL_ERROR_WANT_READ:
      return TlsProgress::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return TlsProgress::wants_write;
    case SSL_ERROR_ZERO_RETURN:
      return TlsProgress::over;
    default:
      // After such an error nothing may be sent, not even the end.
      is_open_ = false;
      return TlsProgress::over;
  }
}

}  // namespace farthing::http
