// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/segment_header.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "server/store/embedded/journal/journal_record.hpp"

namespace farthing::store::embedded {
namespace {

// Stored: the first bytes of a header. As the length of a record they would be larger than any
// segment, so no segment without a header begins with them.
constexpr std::string_view kHeaderStart = "farthing";
// Stored: the byte behind them.
constexpr std::uint8_t kSegmentFormat = 1;

}  // namespace

std::string encode(const SegmentHeader& header) {
  std::string bytes;
  ByteWriter(bytes)
      .raw(kHeaderStart)
      .fixed(kSegmentFormat)
      .fixed(header.bytes)
      .fixed(header.index)
      .fixed(header.first_number)
      .raw(as_bytes(header.before));
  return bytes.append(journal_checksum(bytes));
}

bool has_segment_header(std::string_view segment) { return segment.starts_with(kHeaderStart); }

std::optional<SegmentHeader> decode_segment_header(std::string_view segment) {
  ByteReader reader(segment);
  (void)reader.raw(kHeaderStart.size());
  (void)reader.fixed<std::uint8_t>();
  SegmentHeader header;
  header.bytes = reader.fixed<std::uint64_t>();
  header.index = reader.fixed<std::uint64_t>();
  header.first_number = reader.fixed<std::uint64_t>();
  std::ranges::copy(reader.raw(header.before.size()), header.before.begin());
  if (!reader.is_ok() || !segment.starts_with(encode(header))) return {};
  return header;
}

}  // namespace farthing::store::embedded
