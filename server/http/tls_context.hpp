// SPDX-License-Identifier: Apache-2.0
// The certificate by which the server proves itself, with its chain and key, and the terms of its
// TLS. It agrees to TLS 1.2 with ephemeral keys and authenticated ciphers and to TLS 1.3, without
// renegotiation, compression or resumption, for the protocols HTTP/1.1 and 1.0. Immutable and safe
// for all threads; connections made with it keep what they need of it.
#pragma once

#include <memory>
#include <string>

#include "base/instant.hpp"
#include "base/result.hpp"

struct ssl_ctx_st;

namespace farthing::http {

// Paths of PEM files.
struct TlsFiles {
  std::string certificate;  // the server's own first, then those that lead to the CA
  std::string key;          // not encrypted
};

class TlsContext {
 public:
  // Loads the files. The error is a sentence for the operator: a file that is missing or malformed,
  // a key that is encrypted or belongs to another certificate.
  static BasicResult<std::shared_ptr<const TlsContext>, std::string> load(const TlsFiles& files);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // Returns the instant at which the certificate expires.
  Instant expires_at() const;

  ssl_ctx_st* native() const { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

  ssl_ctx_st* context_;
};

}  // namespace farthing::http
