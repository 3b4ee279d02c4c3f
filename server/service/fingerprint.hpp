// SPDX-License-Identifier: Apache-2.0
// The digest that tells whether two requests with the same idempotency key ask for the same thing:
// over the kind of request, what it is aimed at, and its values after defaults, each under its
// name. Equal values give equal digests however they were written ("1.50" and 1.5). Stored: never
// change what an existing kind of request adds, nor how.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "base/credits.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::service {

class FingerprintBuilder {
 public:
  explicit FingerprintBuilder(std::string_view kind);

  FingerprintBuilder& add(std::string_view name, std::string_view value);
  FingerprintBuilder& add(std::string_view name, std::int64_t value);
  FingerprintBuilder& add(std::string_view name, Credits value) { return add(name, value.nano()); }
  FingerprintBuilder& add(std::string_view name, Instant value) { return add(name, value.us()); }
  // A value that is not there adds nothing.
  template <class T>
  FingerprintBuilder& add(std::string_view name, const std::optional<T>& value) {
    return value ? add(name, *value) : *this;
  }

  // The first 16 bytes of the SHA-256 of all that was added.
  ledger::Fingerprint finish() const;

 private:
  std::string bytes_;
};

}  // namespace farthing::service
