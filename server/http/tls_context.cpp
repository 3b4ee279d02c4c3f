// SPDX-License-Identifier: Apache-2.0
#include "server/http/tls_context.hpp"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <new>
#include <string_view>

namespace farthing::http {
namespace {

using Checked = BasicResult<Done, std::string>;

// The ciphers of TLS 1.2; those of TLS 1.3 are all as good.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* kGroups = "X25519:P-256:P-384";

// Returns the first thing that went wrong, for the others follow from it.
std::string reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* text = ERR_reason_error_string(code);
  return text == nullptr ? "it cannot be read" : text;
}

// Fails, where OpenSSL would ask at the terminal.
int refuse_to_ask(char*, int, int, void*) { return -1; }

// Chooses the first protocol of ours that the client offers too. Refuses a client that offers
// others only, as it is not meant for this server.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kProtocols[] = "\x08http/1.1\x08http/1.0";
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_size, kProtocols, sizeof kProtocols - 1, offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

bool restrict(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(context, refuse_to_ask);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  return SSL_CTX_set_num_tickets(context, 0) == 1 &&
         SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, kCiphers) == 1 &&
         SSL_CTX_set1_groups_list(context, kGroups) == 1;
}

Checked check_readable(const std::string& what, const std::string& file) {
  if (::access(file.c_str(), R_OK) == 0) return Done{};
  return "cannot read " + what + " " + file + ": " + std::strerror(errno);
}

Checked use_certificate(SSL_CTX* context, const std::string& file) {
  const std::string what = "the TLS certificate";
  if (auto done = check_readable(what, file); !done) return done;
  if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) == 1) return Done{};
  return "cannot use " + what + " " + file + ": " + reason();
}

Checked use_key(SSL_CTX* context, const std::string& file) {
  const std::string what = "the TLS key";
  if (auto done = check_readable(what, file); !done) return done;
  if (SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_check_private_key(context) == 1) {
    return Done{};
  }
  return "cannot use " + what + " " + file + ": " + reason();
}

}  // namespace

BasicResult<std::shared_ptr<const TlsContext>, std::string> TlsContext::load(
    const TlsFiles& files) {
  ERR_clear_error();
  SSL_CTX* native = SSL_CTX_new(TLS_server_method());
  if (native == nullptr) throw std::bad_alloc();
  const std::shared_ptr<const TlsContext> context(new TlsContext(native));
  if (!restrict(native)) return "cannot set up TLS: " + reason();
  if (auto done = use_certificate(native, files.certificate); !done) return done.error();
  if (auto done = use_key(native, files.key); !done) return done.error();
  return context;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Instant TlsContext::expires_at() const {
  const X509* certificate = SSL_CTX_get0_certificate(context_);
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return Instant();
  return Instant().plus(std::chrono::seconds(::timegm(&end)));
}

}  // namespace farthing::http
