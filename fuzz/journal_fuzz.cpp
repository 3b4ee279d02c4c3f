// SPDX-License-Identifier: Apache-2.0
// Any bytes as a segment of the journal, once as they are and once with every record's checksum set
// right, so that what is behind it is reached: it is refused, or its records come in order and
// whole.
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

void read_segment(std::string segment) {
  segment.resize(std::max(segment.size(), store::embedded::JournalSegment::kLeastBytes));
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
  store::embedded::JournalScan scan(0, keep);
  if (scan.follow(segment, "segment")) CHECK(scan.last_number() == last);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_segment(std::string(bytes));
  read_segment(sealed(std::string(bytes)));
  (void)directory::decode_directory_record(bytes);
  return 0;
}
