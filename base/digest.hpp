// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4), by OpenSSL. Safe to call from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace farthing {

using Digest = std::array<std::uint8_t, 32>;

// Returns the digest of the parts laid end to end.
Digest sha256(std::initializer_list<std::string_view> parts);
inline Digest sha256(std::string_view bytes) { return sha256({bytes}); }

// Returns the bytes of a digest, to hash or store it in turn, as a view of `digest`.
std::string_view as_bytes(const Digest& digest);

// Returns the bytes as lower-case hexadecimal digits.
std::string to_hex(std::string_view bytes);

// Returns the bytes of such digits; nothing for any other text.
std::optional<std::string> from_hex(std::string_view hex);

// A hash for containers whose keys are digests: their bytes are already evenly spread.
struct DigestHash {
  std::size_t operator()(const Digest& digest) const noexcept;
};

}  // namespace farthing
