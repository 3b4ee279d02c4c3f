// SPDX-License-Identifier: Apache-2.0
// Any bytes as a segment of the journal, once as they are, and with every record's checksum set
// right and a header in front or not, so that what is behind these is reached: it is refused, or its
// records come in order and whole.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/digest.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/embedded/journal/journal_scan.hpp"
#include "server/store/embedded/journal/journal_segment.hpp"

namespace {

using namespace farthing;

constexpr std::size_t kChecksumSize = 8;

std::string sealed(std::string segment) {
  std::size_t offset = 0;
  while (true) {
    ByteReader reader(std::string_view(segment).substr(offset));
    const std::size_t bytes = reader.fixed<std::uint32_t>();
    if (!reader.is_ok() || bytes <= kChecksumSize) return segment;
    offset += store::embedded::JournalSegment::kFrameBytes;
    if (bytes > segment.size() - offset) return segment;
    const std::size_t content = bytes - kChecksumSize;
    const Digest digest = sha256(std::string_view(segment).substr(offset, content));
    segment.replace(offset + content, kChecksumSize, as_bytes(digest).substr(0, kChecksumSize));
    offset += bytes;
  }
}

// Returns a segment with a right header in front of these records.
std::string with_header(std::string_view records) {
  const store::embedded::SegmentHeader header{
      .bytes = store::embedded::JournalSegment::kLeastBytes, .index = 1, .first_number = 1};
  return store::embedded::encode(header).append(records);
}

void read_segment(std::string segment) {
  segment.resize(store::embedded::JournalSegment::kLeastBytes);
  std::uint64_t last = 0;
  const store::embedded::JournalScan::Keep keep =
      [&last](const store::embedded::JournalBatch& batch) {
        CHECK(batch.number == last + 1);
        last = batch.number;
        for (std::size_t i = 0; i < batch.entries.size(); ++i) {
          (void)ledger::decode_entry(batch.encoded_entry(i));
        }
        return Result<Done>(Done{});
      };
  store::embedded::JournalScan scan({}, {}, keep);
  if (scan.follow(segment, "00000000000000000001.log")) CHECK(scan.last_number() == last);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_segment(std::string(bytes));
  read_segment(sealed(std::string(bytes)));
  read_segment(with_header(sealed(std::string(bytes))));
  (void)directory::decode_directory_record(bytes);
  return 0;
}
