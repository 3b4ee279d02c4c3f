// SPDX-License-Identifier: Apache-2.0
// The server's end of TLS on one socket that does not block. What cannot be done yet says what it
// waits for and is to be called again then. The process has to ignore SIGPIPE. Used on one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;

namespace farthing::http {

class TlsContext;

enum class TlsProgress : std::uint8_t {
  done,
  wants_read,   // when the socket can be read
  wants_write,  // when the socket can be written
  over,         // the client has ended the session or gone, or does not keep to TLS
};

class TlsSession {
 public:
  // `socket` stays open as long as this lives.
  TlsSession(const TlsContext& context, int socket);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // First of all, until it is `done`.
  TlsProgress shake_hands();
  // After a handshake that is over: whether the client spoke HTTP, without TLS. Nothing has been
  // sent to it then.
  bool met_plain_http() const { return met_plain_http_; }
  // Why a handshake is over; for the log.
  const std::string& failure() const { return failure_; }

  // With `done`, `size` bytes, at least one, were read into `room`.
  TlsProgress read(std::span<char> room, std::size_t& size);
  // Whether `read` has something without the socket, which will not tell.
  bool has_decrypted() const;
  // With `done`, the first `size` bytes of `data`, at least one, are with the system. After
  // `wants_write` the next call is to begin with the same bytes. `data` is not empty.
  TlsProgress write(std::string_view data, std::size_t& size);

  // Tells the client that nothing more follows, if that can be done now.
  void end();

 private:
  TlsProgress progress_of(int result);

  ssl_st* session_;
  bool is_open_ = false;
  bool met_plain_http_ = false;
  std::string failure_;
};

}  // namespace farthing::http
