// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/journal_reach.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "server/store/embedded/journal/disk_space.hpp"
#include "server/store/embedded/journal/journal_record.hpp"
#include "server/store/embedded/journal/segment_header.hpp"

namespace farthing::store::embedded {
namespace {

// Stored: the first byte. The first format had one place and no digest.
constexpr std::uint8_t kReachFormat = 2;
constexpr std::uint8_t kFirstReachFormat = 1;

// Stored: the file has two places of this size, a sector each, which are written in turn.
constexpr std::size_t kReachBytes = 512;
constexpr std::size_t kReaches = 2;

std::string encode_reach(const ReachedRecord& record) {
  std::string bytes;
  ByteWriter(bytes)
      .fixed(kReachFormat)
      .fixed(record.number)
      .raw(as_bytes(record.digest.value_or(kNoDigest)));
  return bytes.append(journal_checksum(bytes));
}

std::string encode_first_reach(std::uint64_t number) {
  std::string bytes;
  ByteWriter(bytes).fixed(kFirstReachFormat).fixed(number);
  return bytes.append(journal_checksum(bytes));
}

std::optional<ReachedRecord> decode_reach(std::string_view place) {
  ByteReader reader(place);
  ReachedRecord record;
  const auto format = reader.fixed<std::uint8_t>();
  record.number = reader.fixed<std::uint64_t>();
  if (reader.is_ok() && format == kFirstReachFormat) {
    if (!place.starts_with(encode_first_reach(record.number))) return {};
    return record;
  }
  Digest digest{};
  std::ranges::copy(reader.raw(digest.size()), digest.begin());
  if (digest != kNoDigest) record.digest = digest;
  if (!reader.is_ok() || !place.starts_with(encode_reach(record))) return {};
  return record;
}

struct FoundReach {
  std::size_t place;
  ReachedRecord record;
};

// Returns the record that was written last: numbers never become smaller.
std::optional<FoundReach> find_last_reach(std::string_view bytes) {
  std::optional<FoundReach> last;
  for (std::size_t place = 0; place < kReaches && place * kReachBytes < bytes.size(); ++place) {
    const auto record = decode_reach(bytes.substr(place * kReachBytes, kReachBytes));
    if (record && (!last || record->number > last->record.number)) last = {place, *record};
  }
  return last;
}

std::string read_reach_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

JournalReach::~JournalReach() {
  if (file_ >= 0) ::close(file_);
}

std::optional<ReachedRecord> JournalReach::read(const std::filesystem::path& directory) {
  const auto last = find_last_reach(read_reach_file(path_beside(directory)));
  if (!last) return {};
  return last->record;
}

Result<Done> JournalReach::open() {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) return file_error(errno);
  const std::string bytes = read_reach_file(path_);
  is_new_ = bytes.empty();
  const auto last = find_last_reach(bytes);
  next_place_ = last ? kReaches - 1 - last->place : 0;
  return Done{};
}

// Writes in place: a copy that is renamed would cost a second sync.
Result<Done> JournalReach::write(const ReachedRecord& record) {
  if (file_ < 0) {
    if (auto opened = open(); !opened) return opened;
  }
  std::string bytes = encode_reach(record);
  bytes.resize(is_new_ ? kReaches * kReachBytes : kReachBytes);
  int status = disk_.write(file_, bytes, next_place_ * kReachBytes);
  if (status == 0) status = disk_.sync(file_);
  if (status == 0 && is_new_) status = sync_directory_of(path_);
  if (status != 0) return file_error(status);
  is_new_ = false;
  next_place_ = kReaches - 1 - next_place_;
  return Done{};
}

Error JournalReach::file_error(int number) const {
  return make_error(
      is_for_want_of_room(number) ? ErrorCode::unavailable : ErrorCode::server_error,
      "The store's journal failed: writing " + path_.string() + ": " + std::strerror(number) + ".");
}

}  // namespace farthing::store::embedded
