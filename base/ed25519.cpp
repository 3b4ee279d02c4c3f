// SPDX-License-Identifier: Apache-2.0
#include "base/ed25519.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/check.hpp"
#include "base/digest.hpp"

namespace farthing {
namespace {

constexpr std::size_t kKeyBytes = 32;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Owned<EVP_PKEY> public_key_of(const VerificationKey& key) {
  Owned<EVP_PKEY> made(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes.data(), key.bytes.size()));
  CHECK(made);
  return made;
}

std::optional<VerificationKey> raw_key_of(const EVP_PKEY* key) {
  VerificationKey raw;
  std::size_t size = raw.bytes.size();
  if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, raw.bytes.data(), &size) != 1 || size != raw.bytes.size()) {
    return {};
  }
  return raw;
}

}  // namespace

std::optional<VerificationKey> VerificationKey::parse_pem(std::string_view pem) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CHECK(bio);
  const Owned<EVP_PKEY> key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  return key ? raw_key_of(key.get()) : std::nullopt;
}

std::string VerificationKey::to_pem() const {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  CHECK(bio && PEM_write_bio_PUBKEY(bio.get(), public_key_of(*this).get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string VerificationKey::fingerprint() const {
  const Digest digest =
      sha256(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  return to_hex(as_bytes(digest));
}

bool VerificationKey::verifies(std::string_view signature, std::string_view message) const {
  const Owned<EVP_PKEY> key = public_key_of(*this);
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  CHECK(context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

SigningKey SigningKey::make() {
  std::shared_ptr<EVP_PKEY> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), Free());
  CHECK(key);
  return SigningKey(std::move(key));
}

std::optional<SigningKey> SigningKey::parse(const Secret& secret) {
  const auto bytes = from_hex(secret.reveal());
  if (!bytes || bytes->size() != kKeyBytes) return {};
  const Secret raw(*bytes);
  std::shared_ptr<EVP_PKEY> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(raw.reveal()), kKeyBytes),
      Free());
  if (!key) return {};
  return SigningKey(std::move(key));
}

Secret SigningKey::secret() const {
  std::string raw(kKeyBytes, '\0');
  std::size_t size = raw.size();
  CHECK(EVP_PKEY_get_raw_private_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()),
                                     &size) == 1);
  const Secret bytes(std::move(raw));
  return Secret(to_hex(bytes.reveal()));
}

VerificationKey SigningKey::verification_key() const {
  const auto key = raw_key_of(key_.get());
  CHECK(key);
  return *key;
}

std::string SigningKey::sign(std::string_view message) const {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  CHECK(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       bytes_of(message), message.size()) == 1 &&
        size == kSignatureBytes);
  return signature;
}

}  // namespace farthing
