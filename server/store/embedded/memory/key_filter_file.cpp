// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/memory/key_filter_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/digest.hpp"

namespace farthing::store::embedded {
namespace {

constexpr std::uint8_t kKeyFilterFormat = 1;
// Room beyond the filter's own size: the first part may be larger than the filter should be, and
// there are the heads and the digest.
constexpr std::size_t kMostBeside = std::size_t{1} << 20;

std::string head_of(const Checkpoint& checkpoint) {
  std::string head;
  ByteWriter(head).fixed(kKeyFilterFormat).raw(encode(checkpoint));
  return head;
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Returns the file's content; empty when it cannot be read or is larger than `most`. Removes the
// file first: whatever its content leads to, the next start does not meet it again.
std::string take_all(const std::filesystem::path& path, std::size_t most) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  ::unlink(path.c_str());
  struct stat about {};
  std::string bytes;
  if (::fstat(file, &about) == 0 && static_cast<std::size_t>(about.st_size) <= most) {
    bytes.resize(static_cast<std::size_t>(about.st_size));
  }
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = ::read(file, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
  }
  ::close(file);
  bytes.resize(size);
  return bytes;
}

}  // namespace

void write_key_filter(const std::filesystem::path& path, const KeyFilter& keys,
                      const Checkpoint& checkpoint) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return;
  std::string bytes = head_of(checkpoint);
  keys.append_encoded(bytes);
  const Digest digest = sha256(bytes);
  // The digest shows what a crash has left unfinished, so nothing needs to be synced.
  const bool is_written = write_all(file, bytes) && write_all(file, as_bytes(digest));
  ::close(file);
  if (!is_written) ::unlink(path.c_str());
}

bool take_key_filter(const std::filesystem::path& path, KeyFilter& keys,
                     const Checkpoint& checkpoint) {
  const std::string bytes = take_all(path, keys.max_bytes() + kMostBeside);
  const std::string head = head_of(checkpoint);
  std::string_view rest = bytes;
  if (rest.size() < head.size() + sizeof(Digest) || !rest.starts_with(head)) return false;
  const std::string_view digest = rest.substr(rest.size() - sizeof(Digest));
  rest.remove_suffix(sizeof(Digest));
  if (as_bytes(sha256(rest)) != digest) return false;
  rest.remove_prefix(head.size());
  return keys.take_encoded(rest);
}

}  // namespace farthing::store::embedded
