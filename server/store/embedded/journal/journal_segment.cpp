// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/journal_segment.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "server/store/embedded/journal/disk_space.hpp"

namespace farthing::store::embedded {
namespace {

constexpr std::size_t kZerosBytes = std::size_t{256} << 10;

int write_zeros(int file, std::size_t bytes, JournalDisk& disk) {
  const std::string zeros(std::min(bytes, kZerosBytes), '\0');
  for (std::size_t written = 0; written < bytes;) {
    const auto part = std::string_view(zeros).substr(0, std::min(zeros.size(), bytes - written));
    if (const int status = disk.write(file, part, written); status != 0) return status;
    written += part.size();
  }
  return disk.sync(file);
}

}  // namespace

int JournalDisk::write(int file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

int sync_directory_of(const std::filesystem::path& path) {
  const int directory = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return errno;
  const int status = ::fsync(directory) == 0 ? 0 : errno;
  ::close(directory);
  return status;
}

int JournalDisk::sync(int file) { return ::fdatasync(file) == 0 ? 0 : errno; }

Error JournalSegment::system_error(std::string_view doing, int number) const {
  return make_error(ErrorCode::server_error, "The store's journal failed: " + std::string(doing) +
                                                 " " + path_.string() + ": " +
                                                 std::strerror(number) + ".");
}

Error JournalSegment::write_error(std::string_view doing, int number) const {
  Error error = system_error(doing, number);
  if (is_for_want_of_room(number)) error.code = ErrorCode::unavailable;
  return error;
}

Result<std::unique_ptr<JournalSegment>> JournalSegment::make(const std::filesystem::path& path,
                                                             std::size_t bytes, JournalDisk& disk) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  std::unique_ptr<JournalSegment> segment(new JournalSegment(path, file, bytes, disk));
  if (file < 0) return segment->write_error("making", errno);
  int status = write_zeros(file, bytes, disk);
  if (status == 0) status = sync_directory_of(path);
  if (status == 0) {
    segment->is_unused_ = true;
    return segment;
  }
  segment->remove();
  return segment->write_error("making", status);
}

Result<std::unique_ptr<JournalSegment>> JournalSegment::open(const std::filesystem::path& path,
                                                             JournalDisk& disk) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  struct stat status {};
  const int failure = file >= 0 && ::fstat(file, &status) == 0 ? 0 : errno;
  std::unique_ptr<JournalSegment> segment(
      new JournalSegment(path, file, static_cast<std::size_t>(status.st_size), disk));
  if (failure != 0) return segment->system_error("opening", failure);
  return segment;
}

JournalSegment::~JournalSegment() {
  if (file_ >= 0) ::close(file_);
}

Result<Done> JournalSegment::begin(const std::filesystem::path& path, SegmentHeader header,
                                   std::string_view record) {
  offset_ = kSegmentHeaderBytes;
  CHECK(has_room_for(record.size()));
  header.bytes = bytes_;
  is_unused_ = false;
  frame_ = encode(header);
  ByteWriter(frame_).fixed(static_cast<std::uint32_t>(record.size())).raw(record);
  if (const int status = disk_.write(file_, frame_, 0); status != 0) {
    return write_error("writing", status);
  }
  if (auto synced = sync(); !synced) return synced;
  if (auto renamed = rename(path); !renamed) return renamed;
  offset_ = frame_.size();
  last_number = header.first_number;
  return Done{};
}

Result<Done> JournalSegment::give_up_as(const std::filesystem::path& path) {
  if (auto renamed = rename(path); !renamed) return renamed;
  offset_ = kSegmentHeaderBytes;
  last_number = 0;
  return Done{};
}

Result<Done> JournalSegment::rename(const std::filesystem::path& path) {
  if (::rename(path_.c_str(), path.c_str()) != 0) return write_error("renaming", errno);
  path_ = path;
  if (const int status = sync_directory_of(path); status != 0) {
    return system_error("renaming", status);
  }
  return Done{};
}

// A file that cannot be removed does no harm: what it holds is covered.
void JournalSegment::remove() { (void)::unlink(path_.c_str()); }

Result<Done> JournalSegment::append(std::string_view record) {
  CHECK(has_room_for(record.size()));
  frame_.clear();
  ByteWriter(frame_).fixed(static_cast<std::uint32_t>(record.size())).raw(record);
  if (const int status = disk_.write(file_, frame_, offset_); status != 0) {
    // A record without its length counts as none. If even the zeros cannot be written, that does no
    // harm: the record lacks its end, and the next one is written over it.
    if (is_for_want_of_room(status)) {
      (void)disk_.write(file_, std::string(kFrameBytes, '\0'), offset_);
    }
    return write_error("writing", status);
  }
  if (auto synced = sync(); !synced) return synced;
  offset_ += frame_.size();
  return Done{};
}

Result<Done> JournalSegment::sync() {
  if (const int status = disk_.sync(file_); status != 0) return system_error("syncing", status);
  return Done{};
}

Result<std::string> JournalSegment::read() const {
  std::string content(bytes_, '\0');
  for (std::size_t done = 0; done < bytes_;) {
    const ssize_t count =
        ::pread(file_, content.data() + done, bytes_ - done, static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return system_error("reading", count == 0 ? EIO : errno);
    done += static_cast<std::size_t>(count);
  }
  return content;
}

}  // namespace farthing::store::embedded
