// SPDX-License-Identifier: Apache-2.0
// Ed25519 signatures (RFC 8032), by OpenSSL. Safe to call from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"

struct evp_pkey_st;

namespace farthing {

inline constexpr std::size_t kSignatureBytes = 64;

struct VerificationKey {
  std::array<std::uint8_t, 32> bytes{};

  // Reads SubjectPublicKeyInfo (RFC 8410) in PEM, the form that other programs write.
  static std::optional<VerificationKey> parse_pem(std::string_view pem);
  std::string to_pem() const;
  // Returns the key's name: the SHA-256 of its bytes in hex.
  std::string fingerprint() const;
  // Returns whether `signature` is this key's signature of `message`.
  bool verifies(std::string_view signature, std::string_view message) const;
};

// Copies share one key.
class SigningKey {
 public:
  static SigningKey make();
  // Reads what `secret` returned; returns nothing for anything else.
  static std::optional<SigningKey> parse(const Secret& secret);

  // Returns the private key in hex, which must never be shown.
  Secret secret() const;
  VerificationKey verification_key() const;
  // Returns kSignatureBytes bytes.
  std::string sign(std::string_view message) const;

 private:
  explicit SigningKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace farthing
