// SPDX-License-Identifier: Apache-2.0
// Any bytes as a segment of the journal, once as they are and once with every record's checksum set
// right, so that what is behind it is reached: it is refused, or its records come in order and
// whole.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/digest.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/rocksdb/journal.hpp"

namespace {

using namespace farthing;
namespace fs = std::filesystem;

constexpr std::size_t kChecksumSize = 8;

// A folder for the process's life.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "farthing-fuzz-XXXXXX").string();
    CHECK(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Nothing here has to outlive the machine.
class FastDisk final : public store::JournalDisk {
 public:
  int sync(int /*file*/) override { return 0; }
};

std::string sealed(std::string segment) {
  std::size_t offset = 0;
  while (true) {
    ByteReader reader(std::string_view(segment).substr(offset));
    const std::size_t bytes = reader.fixed<std::uint32_t>();
    if (!reader.is_ok() || bytes <= kChecksumSize) return segment;
    offset += store::JournalSegment::kFrameBytes;
    if (bytes > segment.size() - offset) return segment;
    const std::size_t content = bytes - kChecksumSize;
    const Digest digest = sha256(std::string_view(segment).substr(offset, content));
    segment.replace(offset + content, kChecksumSize, as_bytes(digest).substr(0, kChecksumSize));
    offset += bytes;
  }
}

void read_segment(std::string_view segment) {
  static const Folder folder;
  static FastDisk disk;
  const fs::path directory = folder.path() / "journal";
  fs::remove_all(directory);
  fs::create_directory(directory);
  std::ofstream(directory / "00000000000000000001.log", std::ios::binary) << segment;
  std::uint64_t last = 0;
  const auto journal =
      store::Journal::open(directory, disk, 0, [&last](const store::JournalBatch& batch) {
        CHECK(batch.number == last + 1);
        last = batch.number;
        for (std::size_t i = 0; i < batch.entries.size(); ++i) {
          (void)ledger::decode_entry(batch.encoded_entry(i));
        }
        return Result<Done>(Done{});
      });
  if (journal) CHECK((*journal)->last_number() == last);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_segment(bytes);
  read_segment(sealed(std::string(bytes)));
  (void)store::decode_directory_record(bytes);
  return 0;
}
