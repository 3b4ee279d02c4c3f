// SPDX-License-Identifier: Apache-2.0
// The server's end of TLS on one socket that does not block. A call that cannot be completed yet
// returns what it waits for, and is to be made again then. The process has to ignore SIGPIPE. Used
// on one thread.
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

  // Makes the handshake. Call it first of all, until it is `done`.
  TlsProgress shake_hands();
  // Returns, after a handshake that is over, whether the client spoke HTTP without TLS. Nothing has
  // been sent to such a client.
  bool met_plain_http() const { return met_plain_http_; }
  // Returns why a handshake is over; for the log.
  const std::string& failure() const { return failure_; }

  // Reads into `room`. With `done`, `size` bytes were read, at least one.
  TlsProgress read(std::span<char> room, std::size_t& size);
  // Returns whether `read` has bytes without the socket, which will not tell of them.
  bool has_decrypted() const;
  // Writes the begin of `data`, which is not empty. With `done`, its first `size` bytes, at least
  // one, are with the system. After `wants_write` the next call is to begin with the same bytes.
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
