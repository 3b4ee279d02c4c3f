// SPDX-License-Identifier: Apache-2.0
#include "server/http/listening_socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <filesystem>
#include <optional>

namespace farthing::http {

namespace {

namespace asio = boost::asio;

constexpr IpAddress kThisMachine = IpAddress::from_v4({127, 0, 0, 1});
constexpr mode_t kForEverybody = 0666;

std::error_code last_error() { return {errno, std::system_category()}; }

std::string refusal(const std::string& place, std::string_view reason) {
  return "cannot listen on " + place + ": " + std::string(reason);
}

std::string place_of(const ListenAddress& address) {
  if (address.is_unix()) return "the Unix socket " + address.address;
  return address.address + " port " + std::to_string(address.port);
}

IpAddress address_of(const asio::ip::tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  return address.is_v4() ? IpAddress::from_v4(address.to_v4().to_bytes())
                         : IpAddress::from_v6(address.to_v6().to_bytes());
}

int make_socket(int family) {
  return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

// Returns nothing when the path does not fit.
std::optional<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return {};
  std::ranges::copy(path, address.sun_path);
  return address;
}

// Holds a lock on the folder of a path, so that two processes that look what is there and change it
// do so one after the other.
class FolderLock {
 public:
  explicit FolderLock(const std::string& path)
      : folder_(::open(std::filesystem::path(path).parent_path().c_str(),
                       O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
        is_held_(folder_ >= 0 && ::flock(folder_, LOCK_EX) == 0) {}
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (folder_ >= 0) ::close(folder_);
  }

  bool is_held() const { return is_held_; }

 private:
  const int folder_;
  const bool is_held_;
};

// Removes what an earlier process has left at the path, so that it can be bound. Returns why that
// cannot be done, or nothing when the path is free.
std::optional<std::string> clear(const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(address.sun_path, &status) != 0) {
    return errno == ENOENT ? std::nullopt : std::optional(last_error().message());
  }
  if (!S_ISSOCK(status.st_mode)) return "there is a file of another kind";
  const StreamSocket probe(make_socket(AF_UNIX));
  if (probe.native() < 0) return last_error().message();
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  // EAGAIN means that so many wait already that there is no room for one more.
  if (::connect(probe.native(), generic, sizeof address) == 0 || errno == EAGAIN) {
    return "somebody listens there already";
  }
  if (errno != ECONNREFUSED) return last_error().message();
  if (::unlink(address.sun_path) != 0) return last_error().message();
  return {};
}

}  // namespace

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      port_(other.port_),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

ListeningSocket::~ListeningSocket() {
  if (is_unix()) remove_file();
  if (descriptor_ >= 0) ::close(descriptor_);
}

void ListeningSocket::remove_file() const {
  const FolderLock lock(path_);
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) return;
  if (status.st_dev == device_ && status.st_ino == inode_) ::unlink(path_.c_str());
}

BasicResult<ListeningSocket, std::string> ListeningSocket::open(const ListenAddress& address,
                                                                int backlog) {
  return address.is_unix() ? open_unix(address, backlog) : open_internet(address, backlog);
}

BasicResult<ListeningSocket, std::string> ListeningSocket::open_internet(
    const ListenAddress& address, int backlog) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address.address, error);
  if (error) return "the address to listen on is not an IP address: " + address.address;
  asio::ip::tcp::endpoint endpoint(ip, address.port);
  ListeningSocket listening(make_socket(endpoint.protocol().family()));
  const int on = 1;
  auto size = static_cast<socklen_t>(endpoint.size());
  if (listening.native() < 0 ||
      ::setsockopt(listening.native(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(listening.native(), endpoint.data(), size) != 0 ||
      ::listen(listening.native(), backlog) != 0 ||
      ::getsockname(listening.native(), endpoint.data(), &size) != 0) {
    return refusal(place_of(address), last_error().message());
  }
  listening.port_ = endpoint.port();
  return listening;
}

BasicResult<ListeningSocket, std::string> ListeningSocket::open_unix(const ListenAddress& address,
                                                                     int backlog) {
  const std::string place = place_of(address);
  const auto path = unix_address(address.address);
  if (!path) {
    return refusal(
        place, "the path may have at most " + std::to_string(sizeof path->sun_path - 1) + " bytes");
  }
  const FolderLock lock(address.address);
  if (!lock.is_held()) return refusal(place, last_error().message());
  if (const auto reason = clear(*path)) return refusal(place, *reason);
  ListeningSocket listening(make_socket(AF_UNIX));
  const auto* generic = reinterpret_cast<const sockaddr*>(&*path);
  struct stat status {};
  if (listening.native() < 0 || ::bind(listening.native(), generic, sizeof *path) != 0 ||
      ::lstat(path->sun_path, &status) != 0) {
    return refusal(place, last_error().message());
  }
  if (::fchmodat(AT_FDCWD, path->sun_path, kForEverybody, AT_SYMLINK_NOFOLLOW) != 0 ||
      ::listen(listening.native(), backlog) != 0) {
    const std::string reason = last_error().message();
    ::unlink(path->sun_path);
    return refusal(place, reason);
  }
  listening.path_ = address.address;
  listening.device_ = status.st_dev;
  listening.inode_ = status.st_ino;
  return listening;
}

BasicResult<Accepted, std::error_code> ListeningSocket::accept() const {
  asio::ip::tcp::endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  constexpr int kFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  StreamSocket socket(is_unix() ? ::accept4(descriptor_, nullptr, nullptr, kFlags)
                                : ::accept4(descriptor_, peer.data(), &size, kFlags));
  if (socket.native() < 0) return last_error();
  if (is_unix()) return Accepted{std::move(socket), kThisMachine};
  peer.resize(size);
  // An answer is written in one piece; it is not to wait for the acknowledgement of the one before.
  const int on = 1;
  ::setsockopt(socket.native(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return Accepted{std::move(socket), address_of(peer)};
}

}  // namespace farthing::http
