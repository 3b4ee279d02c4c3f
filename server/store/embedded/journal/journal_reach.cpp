// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/journal_reach.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "base/bytes.hpp"
#include "server/store/embedded/journal/disk_space.hpp"
#include "server/store/embedded/journal/journal_record.hpp"

namespace farthing::store::embedded {
namespace {

// Stored: the first byte.
constexpr std::uint8_t kReachFormat = 1;

std::string encode(std::uint64_t number) {
  std::string bytes;
  ByteWriter(bytes).fixed(kReachFormat).fixed(number);
  return bytes.append(journal_checksum(bytes));
}

}  // namespace

JournalReach::~JournalReach() {
  if (file_ >= 0) ::close(file_);
}

std::optional<std::uint64_t> JournalReach::read(const std::filesystem::path& directory) {
  std::ifstream file(path_beside(directory), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  ByteReader reader(bytes);
  (void)reader.fixed<std::uint8_t>();
  const auto number = reader.fixed<std::uint64_t>();
  if (!reader.is_ok() || bytes != encode(number)) return {};
  return number;
}

// Writes in place, within one sector: a copy that is renamed would cost a second sync.
Result<Done> JournalReach::write(std::uint64_t number) {
  const bool is_new = file_ < 0;
  if (is_new) file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) return write_error(errno);
  int status = disk_.write(file_, encode(number), 0);
  if (status == 0) status = disk_.sync(file_);
  if (status == 0 && is_new) status = sync_directory_of(path_);
  if (status != 0) return write_error(status);
  return Done{};
}

Error JournalReach::write_error(int number) const {
  return make_error(
      is_for_want_of_room(number) ? ErrorCode::unavailable : ErrorCode::server_error,
      "The store's journal failed: writing " + path_.string() + ": " + std::strerror(number) + ".");
}

}  // namespace farthing::store::embedded
