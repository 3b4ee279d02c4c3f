// SPDX-License-Identifier: Apache-2.0
#include "server/testing/tls_fixture.hpp"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "base/check.hpp"

namespace farthing::http {
namespace {

constexpr int kTimeoutSeconds = 20;
constexpr long kDaySeconds = 86'400;

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval timeout{.tv_sec = kTimeoutSeconds, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    throw std::runtime_error("cannot connect");
  }
  return socket;
}

template <class Write>
void write_file(const std::string& path, Write write) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  CHECK(file != nullptr);
  CHECK(write(file) == 1);
  CHECK(std::fclose(file) == 0);
}

}  // namespace

TestCertificates::TestCertificates() {
  // A client that goes away must not end the test.
  std::signal(SIGPIPE, SIG_IGN);
}

TlsFiles TestCertificates::make(const std::string& name) const {
  const TlsFiles files{.certificate = folder_ + "/" + name + ".pem",
                       .key = folder_ + "/" + name + ".key"};
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  CHECK(key != nullptr && certificate != nullptr);
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kDaySeconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), kDaySeconds);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  CHECK(X509_sign(certificate, key, EVP_sha256()) != 0);
  write_file(files.certificate, [&](std::FILE* file) { return PEM_write_X509(file, certificate); });
  write_file(files.key, [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  X509_free(certificate);
  EVP_PKEY_free(key);
  return files;
}

std::string TestCertificates::write(const std::string& name, std::string_view text) const {
  const std::string path = folder_ + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TlsClient::TlsClient(std::uint16_t port, const TlsWishes& wishes)
    : socket_(connect_to(port)),
      context_(SSL_CTX_new(TLS_client_method())),
      session_(nullptr),
      is_connected_(false) {
  // So that it could agree to what the server must not.
  SSL_CTX_set_security_level(context_, 0);
  SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
  if (wishes.max_version != 0) SSL_CTX_set_max_proto_version(context_, wishes.max_version);
  if (wishes.ciphers != nullptr) SSL_CTX_set_cipher_list(context_, wishes.ciphers);
  session_ = SSL_new(context_);
  if (!wishes.protocols.empty()) {
    SSL_set_alpn_protos(session_, reinterpret_cast<const unsigned char*>(wishes.protocols.data()),
                        static_cast<unsigned>(wishes.protocols.size()));
  }
  SSL_set_fd(session_, socket_);
  is_connected_ = SSL_connect(session_) == 1;
}

TlsClient::~TlsClient() {
  if (is_connected_) SSL_shutdown(session_);
  SSL_free(session_);
  SSL_CTX_free(context_);
  ::close(socket_);
}

std::string TlsClient::version() const { return SSL_get_version(session_); }

std::string TlsClient::protocol() const {
  const unsigned char* text = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(session_, &text, &size);
  return {reinterpret_cast<const char*>(text), size};
}

std::string TlsClient::server_name() const {
  const X509* certificate = SSL_get0_peer_certificate(session_);
  std::string name(256, '\0');
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                             name.data(), static_cast<int>(name.size()));
  name.resize(static_cast<std::size_t>(std::max(size, 0)));
  return name;
}

bool TlsClient::send(std::string_view bytes) const {
  std::size_t written = 0;
  return SSL_write_ex(session_, bytes.data(), bytes.size(), &written) == 1;
}

std::optional<std::string> TlsClient::read(std::size_t size) const {
  std::string bytes(size, '\0');
  for (std::size_t filled = 0; filled < size;) {
    std::size_t read = 0;
    if (SSL_read_ex(session_, bytes.data() + filled, size - filled, &read) != 1) return {};
    filled += read;
  }
  return bytes;
}

std::optional<std::string> TlsClient::read_answer() const {
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {
    const auto byte = read(1);
    if (!byte) return {};
    answer += *byte;
  }
  const std::size_t length = answer.find(kLength);
  if (length == std::string::npos) return answer;
  const auto body = read(std::stoul(answer.substr(length + kLength.size())));
  if (!body) return {};
  return answer + *body;
}

bool TlsClient::reads_end() const {
  char byte = 0;
  std::size_t size = 0;
  if (SSL_read_ex(session_, &byte, 1, &size) == 1) return false;
  return SSL_get_shutdown(session_) == SSL_RECEIVED_SHUTDOWN;
}

}  // namespace farthing::http
