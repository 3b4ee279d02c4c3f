// SPDX-License-Identifier: Apache-2.0
// The first bytes of a segment. They tie the file to its name, to its length and to the record
// before its first one, so that a segment that was cut, exchanged or copied is known for that.
// Stored: docs/reference/formats.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"

namespace farthing::store::embedded {

struct SegmentHeader {
  std::uint64_t bytes = 0;         // of the whole file
  std::uint64_t index = 0;         // in its name
  std::uint64_t first_number = 0;  // of its first record
  // Of the record before (JournalBatch::digest). Zeros before the first record of all, and where an
  // older version did not leave that record.
  Digest before{};
};

inline constexpr std::size_t kSegmentHeaderBytes = 73;
// Stored in the place of the digest of a record that is not known.
inline constexpr Digest kNoDigest{};

std::string encode(const SegmentHeader& header);
// Returns whether the segment begins as one with a header does. Those of older versions have none.
bool has_segment_header(std::string_view segment);
// Returns nothing when the segment does not begin with a whole header.
std::optional<SegmentHeader> decode_segment_header(std::string_view segment);

}  // namespace farthing::store::embedded
