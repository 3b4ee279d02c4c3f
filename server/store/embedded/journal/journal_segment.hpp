// SPDX-License-Identifier: Apache-2.0
// One file of the journal: a header, and behind it records end to end, each behind its length
// (`u32`, never 0). Segments that an older version has begun have no header. What follows the last
// record means nothing: zeros, or what the segment held before.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "server/store/embedded/journal/segment_header.hpp"

namespace farthing::store::embedded {

// The disk that the journal writes to; tests put one that fails in its place. Both functions return
// 0 or an errno. One thread at a time calls them for a file.
class JournalDisk {
 public:
  virtual ~JournalDisk() = default;
  virtual int write(int file, std::string_view bytes, std::uint64_t offset);
  virtual int sync(int file);
};

// Syncs the names in the directory that holds `path`. Returns 0 or an errno.
int sync_directory_of(const std::filesystem::path& path);

class JournalSegment {
 public:
  static constexpr std::size_t kFrameBytes = 4;  // in front of each record
  // Stored: a new segment is twice as large as the one before it, up to `kMostBytes`; it is larger
  // than that only for a record that fills it.
  static constexpr std::size_t kLeastBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;

  // Makes a file of `bytes` zeros at `path`, synced with its name.
  static Result<std::unique_ptr<JournalSegment>> make(const std::filesystem::path& path,
                                                      std::size_t bytes, JournalDisk& disk);
  static Result<std::unique_ptr<JournalSegment>> open(const std::filesystem::path& path,
                                                      JournalDisk& disk);
  ~JournalSegment();
  JournalSegment(const JournalSegment&) = delete;
  JournalSegment& operator=(const JournalSegment&) = delete;

  // Writes header and first record over whatever the file holds, and then gives the file its place
  // among the segments, which is `path`. Returns when all of it is synced, so a file with that name
  // has both. There must be room. Fails as `append` does; without room the file keeps its name.
  Result<Done> begin(const std::filesystem::path& path, SegmentHeader header,
                     std::string_view record);
  // Gives the file another name, synced, so that it can be begun again.
  Result<Done> give_up_as(const std::filesystem::path& path);
  void remove();

  // Returns whether the file holds nothing but the zeros that it was made with.
  bool is_unused() const { return is_unused_; }

  const std::filesystem::path& path() const { return path_; }
  std::size_t bytes() const { return bytes_; }
  bool has_room_for(std::size_t record_bytes) const {
    return record_bytes <= bytes_ && offset_ + kFrameBytes <= bytes_ - record_bytes;
  }

  // Writes a record behind the last one and returns when it is synced. There must be room. When the
  // disk has none after all, returns `unavailable`: what was written is cut off, and the same may
  // be tried again. After any other failure nothing may be appended any more.
  Result<Done> append(std::string_view record);
  // Begins to write at `offset`, behind the last record.
  void seek(std::size_t offset) { offset_ = offset; }
  Result<Done> sync();
  // Returns all bytes of the file.
  Result<std::string> read() const;

  std::atomic<std::uint64_t> last_number = 0;  // of its records; 0: there is none

 private:
  JournalSegment(std::filesystem::path path, int file, std::size_t bytes, JournalDisk& disk)
      : path_(std::move(path)), file_(file), bytes_(bytes), disk_(disk) {}
  Result<Done> rename(const std::filesystem::path& path);
  Error system_error(std::string_view doing, int number) const;
  // Returns system_error, or `unavailable` for want of room.
  Error write_error(std::string_view doing, int number) const;

  std::filesystem::path path_;
  const int file_;
  const std::size_t bytes_;
  JournalDisk& disk_;
  std::size_t offset_ = kSegmentHeaderBytes;
  bool is_unused_ = false;
  std::string frame_;  // the buffer of `begin` and `append`
};

}  // namespace farthing::store::embedded
