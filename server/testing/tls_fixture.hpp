// SPDX-License-Identifier: Apache-2.0
// For tests of TLS: certificates made on the spot, and a client that says which of TLS it speaks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/tls_context.hpp"
#include "tests/support/temporary_directory.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace farthing::http {

// A folder of certificates that goes with its owner.
class TestCertificates {
 public:
  TestCertificates();

  // A key and a certificate of that name, signed by itself and valid for a day.
  TlsFiles make(const std::string& name) const;
  // A file with that text.
  std::string write(const std::string& name, std::string_view text) const;

 private:
  const TemporaryDirectory directory_;
  const std::string folder_ = directory_.path().string();
};

struct TlsWishes {
  int max_version = 0;  // of OpenSSL's numbers; 0: the newest
  const char* ciphers = nullptr;
  std::string protocols = "\x08http/1.1";  // as in ALPN; empty: none are offered
};

// Not safe to share. Gives up after 20 seconds.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, const TlsWishes& wishes = {});
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // The rest only when the handshake succeeded.
  bool is_connected() const { return is_connected_; }
  // "TLSv1.3".
  std::string version() const;
  // What was agreed on by ALPN.
  std::string protocol() const;
  // The name in the server's certificate.
  std::string server_name() const;

  bool send(std::string_view bytes) const;
  // Exactly as many bytes as that; nothing when the connection ends before.
  std::optional<std::string> read(std::size_t size) const;
  // Head and body of the next answer, joined; nothing when the connection ends before.
  std::optional<std::string> read_answer() const;
  // Whether the server says that it has ended, as TLS wants it.
  bool reads_end() const;

 private:
  int socket_;
  ssl_ctx_st* context_;
  ssl_st* session_;
  bool is_connected_;
};

}  // namespace farthing::http
