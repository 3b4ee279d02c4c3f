// SPDX-License-Identifier: Apache-2.0
// The point up to which the derived part does without the journal. Stored:
// docs/reference/formats.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/instant.hpp"

namespace farthing::store::embedded {

struct Checkpoint {
  std::uint64_t number = 0;  // the last journal record that is not needed any more
  Instant mark;              // of that record
};

inline constexpr std::uint8_t kCheckpointFormat = 1;

inline std::string encode(const Checkpoint& checkpoint) {
  std::string bytes;
  ByteWriter(bytes).fixed(kCheckpointFormat).fixed(checkpoint.number).fixed(checkpoint.mark.us());
  return bytes;
}

// Returns nothing when the bytes are not those of a checkpoint.
inline std::optional<Checkpoint> decode_checkpoint(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.fixed<std::uint8_t>() != kCheckpointFormat) return {};
  Checkpoint checkpoint;
  checkpoint.number = reader.fixed<std::uint64_t>();
  checkpoint.mark = Instant::from_us(reader.fixed<std::int64_t>());
  if (!reader.is_at_end()) return {};
  return checkpoint;
}

}  // namespace farthing::store::embedded
