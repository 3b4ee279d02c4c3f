// SPDX-License-Identifier: Apache-2.0
// The limits of an HTTP server and their defaults.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/http/trusted_proxies.hpp"

namespace spdlog {
class logger;
}

namespace farthing::http {

class TlsContext;

// An address at which connections are accepted.
struct ListenAddress {
  // An IPv4 or IPv6 address as text; names are not resolved. With a slash in front, the path of a
  // Unix socket, of at most 107 bytes.
  std::string address;
  // The port of an IP address; 0 lets the system choose.
  std::uint16_t port = 0;

  bool is_unix() const { return address.starts_with('/'); }

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// A shortage for which somebody is turned away.
enum class Shortage : std::uint8_t {
  connections,     // all that may be are in use, and none of them can be closed
  request_memory,  // `ServerOptions::request_memory` is used up
};

// The number of connections that operators can still make when callers have used up all there are.
inline constexpr std::size_t kOperatorReserve = 256;
// The number of connections that are accepted at the callers' ports although all are in use. One of
// them may ask how the server does; which one that is shows when it asks.
inline constexpr std::size_t kProbeReserve = 16;

struct ServerOptions {
  // At least one.
  std::vector<ListenAddress> listen = {{.address = "127.0.0.1", .port = 8080}};
  // An address for operators, where everything is answered. What is for them is then answered
  // nowhere else.
  std::optional<ListenAddress> admin;
  // TLS on every port, for which the process has to ignore SIGPIPE. Null: all is in clear, as Unix
  // sockets always are.
  std::shared_ptr<const TlsContext> tls;
  // I/O threads, at least 1.
  std::size_t threads = 1;
  // Connections that the system queues before they are accepted.
  int backlog = 1024;
  // The most connections. Beyond it, a new one takes the place of one that waits for its client
  // (connection_roster.hpp). When none waits, a few more may ask how the server does, and others
  // are told to come again.
  std::size_t max_connections = 20'000;
  // Whether connections from this machine count by address, as others do; for tests. If not, each
  // counts by itself, as do those from trusted proxies, which stand for many clients.
  bool counts_loopback = false;

  // Bytes of request line and headers together, empty line included; above it 431.
  std::size_t max_head = std::size_t{16} * 1024;
  // Bytes of the request target; above it 414.
  std::size_t max_target = std::size_t{8} * 1024;
  // Header lines of a request; above it 431.
  std::size_t max_headers = 100;
  // Bytes of a body, once unchunked; above it 413.
  std::size_t max_body = std::size_t{1024} * 1024;
  // Bytes of memory for large heads and bodies of all requests under way (above it 503) and for
  // large answers that their clients do not take (above it such a connection is cut). Four times
  // `max_body` if that is more. Heads, which anybody may send, get half of it. Each connection may
  // hold 8 KiB for the request and 20 KiB for answers without being counted.
  std::size_t request_memory = std::size_t{128} * 1024 * 1024;

  // From the begin of a connection that speaks TLS to the end of the handshake.
  std::chrono::milliseconds handshake_timeout{10'000};
  // How long a connection may be without a request before it is closed.
  std::chrono::milliseconds idle_timeout{75'000};
  // From a request's first byte to the end of its head, then 408.
  std::chrono::milliseconds head_timeout{10'000};
  // From the end of the head to the end of the body, then 408.
  std::chrono::milliseconds body_timeout{30'000};
  // From the call of the handler to the answer, then 503.
  std::chrono::milliseconds handler_timeout{60'000};
  // How long the client may take to accept what is to be written, then the connection is cut.
  std::chrono::milliseconds write_timeout{30'000};
  // How long a connection that is being closed waits for the client's end.
  std::chrono::milliseconds linger_timeout{2'000};
  // How long `Server::stop` waits for requests in flight before it cuts them off.
  std::chrono::milliseconds shutdown_timeout{10'000};

  // The proxies whose X-Forwarded-For is believed.
  TrustedProxies trusted_proxies;

  // One line per request at level debug, faults above it; nothing at all when null.
  std::shared_ptr<spdlog::logger> logger;
  // Called with the client's address for each TLS handshake that fails, from any thread.
  std::function<void(const IpAddress& peer)> on_failed_handshake;
  // Called from any thread each time somebody is turned away for a shortage; without an address
  // when that is not known yet.
  std::function<void(Shortage shortage, const std::optional<IpAddress>& peer)> on_shortage;
};

}  // namespace farthing::http
