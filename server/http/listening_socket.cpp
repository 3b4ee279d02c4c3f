// SPDX-License-Identifier: Apache-2.0
#include "server/http/listening_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
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

// Nothing when it does not fit.
std::optional<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return {};
  std::ranges::copy(path, address.sun_path);
  return address;
}

// Takes away what an earlier process has left at the path, so that it can be bound. Nothing if that
// is done or there was nothing; else why not.
std::optional<std::string> clear(const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(address.sun_path, &status) != 0) {
    return errno == ENOENT ? std::nullopt : std::optional(last_error().message());
  }
  if (!S_ISSOCK(status.st_mode)) return "there is a file of another kind";
  const StreamSocket probe(make_socket(AF_UNIX));
  if (probe.native() < 0) return last_error().message();
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  const bool is_refused =
      ::connect(probe.native(), generic, sizeof address) != 0 && errno == ECONNREFUSED;
  if (!is_refused) return "another process listens there";
  if (::unlink(address.sun_path) != 0) return last_error().message();
  return {};
}

}  // namespace

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      port_(other.port_),
      path_(std::exchange(other.path_, {})) {}

ListeningSocket::~ListeningSocket() {
  if (is_unix()) ::unlink(path_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

BasicResult<ListeningSocket, std::string> ListeningSocket::open(const ListenAddress& address,
                                                                int backlog) {
  auto socket = address.is_unix() ? open_unix(address) : open_internet(address);
  if (socket && ::listen(socket->native(), backlog) != 0) {
    return refusal(place_of(address), last_error().message());
  }
  return socket;
}

BasicResult<ListeningSocket, std::string> ListeningSocket::open_internet(
    const ListenAddress& address) {
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
      ::getsockname(listening.native(), endpoint.data(), &size) != 0) {
    return refusal(place_of(address), last_error().message());
  }
  listening.port_ = endpoint.port();
  return listening;
}

BasicResult<ListeningSocket, std::string> ListeningSocket::open_unix(const ListenAddress& address) {
  const std::string place = place_of(address);
  const auto path = unix_address(address.address);
  if (!path) {
    return refusal(
        place, "the path may have at most " + std::to_string(sizeof path->sun_path - 1) + " bytes");
  }
  if (const auto reason = clear(*path)) return refusal(place, *reason);
  ListeningSocket listening(make_socket(AF_UNIX));
  const auto* generic = reinterpret_cast<const sockaddr*>(&*path);
  if (listening.native() < 0 || ::bind(listening.native(), generic, sizeof *path) != 0) {
    return refusal(place, last_error().message());
  }
  listening.path_ = address.address;
  if (::chmod(path->sun_path, kForEverybody) != 0) return refusal(place, last_error().message());
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
