// SPDX-License-Identifier: Apache-2.0
#include "verify/chain.hpp"

#include <string>

#include "base/bytes.hpp"

namespace farthing::verify {
namespace {

// Returns the bytes that the digest is taken over, behind the salt.
std::string bytes_of(const ErasableTexts& texts, std::uint8_t version) {
  if (version == 1) return texts.metadata;
  std::string bytes;
  ByteWriter(bytes).text(texts.metadata).text(texts.reason).text(texts.payment_reference);
  return bytes;
}

// Checks the erasable texts: texts have their salt and both fit the digest, or they were erased, or
// there never were any.
Check check_texts(const SealedEntry& sealed) {
  if (sealed.texts.is_empty()) return {};
  const Digest digest = sha256({sealed.texts.salt, bytes_of(sealed.texts, sealed.entry.version)});
  const char* what =
      sealed.entry.version == 1 ? "the digest of the metadata" : "the digest of what may be erased";
  return expect_equal(what, show_bytes(as_bytes(digest)), show_bytes(sealed.entry.erasable_digest));
}

}  // namespace

Check Chain::next(const SealedEntry& sealed) {
  const Entry& entry = sealed.entry;
  if (auto wrong = expect_equal("the organization", organization_.to_string(),
                                entry.organization.to_string())) {
    return wrong;
  }
  if (auto wrong =
          expect_equal("the number", std::to_string(seq_ + 1), std::to_string(entry.seq))) {
    return wrong;
  }
  if (auto wrong = check_texts(sealed)) return wrong;
  const Digest hash = sha256({as_bytes(hash_), sealed.canonical});
  if (auto wrong =
          expect_equal("the hash", show_bytes(as_bytes(hash)), show_bytes(as_bytes(sealed.hash)))) {
    return wrong;
  }
  if (auto wrong = expect(entry.at >= at_, "the time", "not before " + at_.to_string(),
                          entry.at.to_string())) {
    return wrong;
  }
  seq_ = entry.seq;
  hash_ = hash;
  at_ = entry.at;
  return {};
}

}  // namespace farthing::verify
