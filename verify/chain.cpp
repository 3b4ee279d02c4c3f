// SPDX-License-Identifier: Apache-2.0
#include "verify/chain.hpp"

#include <string>

namespace farthing::verify {
namespace {

// Checks the metadata: a text has its salt and both fit the digest, or the text was erased, or
// there never was one.
Check check_metadata(const SealedEntry& sealed) {
  if (sealed.metadata.empty()) return {};
  const Digest digest = sha256({sealed.salt, sealed.metadata});
  return expect_equal("the digest of the metadata", show_bytes(as_bytes(digest)),
                      show_bytes(sealed.entry.metadata_digest));
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
  if (auto wrong = check_metadata(sealed)) return wrong;
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
