// SPDX-License-Identifier: Apache-2.0
// The point up to which the derived part does without the journal. Stored:
// docs/reference/formats.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/instant.hpp"

namespace farthing::store::embedded {

struct Checkpoint {
  std::uint64_t number = 0;  // the last journal record that is not needed any more
  Instant mark;              // of that record
  // Of that record (JournalBatch::digest); nothing: an older version wrote the checkpoint.
  std::optional<Digest> digest = {};
};

inline constexpr std::uint8_t kCheckpointFormat = 2;
// The first format ends before the digest.
inline constexpr std::uint8_t kFirstCheckpointFormat = 1;

inline std::string encode(const Checkpoint& checkpoint) {
  std::string bytes;
  ByteWriter(bytes)
      .fixed(checkpoint.digest ? kCheckpointFormat : kFirstCheckpointFormat)
      .fixed(checkpoint.number)
      .fixed(checkpoint.mark.us());
  if (checkpoint.digest) bytes += as_bytes(*checkpoint.digest);
  return bytes;
}

// Returns nothing when the bytes are not those of a checkpoint.
inline std::optional<Checkpoint> decode_checkpoint(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto format = reader.fixed<std::uint8_t>();
  if (format != kCheckpointFormat && format != kFirstCheckpointFormat) return {};
  Checkpoint checkpoint;
  checkpoint.number = reader.fixed<std::uint64_t>();
  checkpoint.mark = Instant::from_us(reader.fixed<std::int64_t>());
  if (format == kCheckpointFormat) {
    Digest digest{};
    std::ranges::copy(reader.raw(digest.size()), digest.begin());
    checkpoint.digest = digest;
  }
  if (!reader.is_at_end()) return {};
  return checkpoint;
}

}  // namespace farthing::store::embedded
