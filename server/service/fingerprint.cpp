// SPDX-License-Identifier: Apache-2.0
#include "server/service/fingerprint.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/digest.hpp"

namespace farthing::service {

FingerprintBuilder::FingerprintBuilder(std::string_view kind) { ByteWriter(bytes_).text(kind); }

FingerprintBuilder& FingerprintBuilder::add(std::string_view name, std::string_view value) {
  ByteWriter(bytes_).text(name).text(value);
  return *this;
}

FingerprintBuilder& FingerprintBuilder::add(std::string_view name, std::int64_t value) {
  ByteWriter(bytes_).text(name).fixed(value);
  return *this;
}

ledger::Fingerprint FingerprintBuilder::finish() const {
  const Digest digest = sha256(bytes_);
  ledger::Fingerprint fingerprint;
  std::copy_n(digest.begin(), fingerprint.size(), fingerprint.begin());
  return fingerprint;
}

}  // namespace farthing::service
