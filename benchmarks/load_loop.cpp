// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/load_loop.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "benchmarks/fail.hpp"

namespace farthing::bench {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr int kEventsAtOnce = 512;

sockaddr_in address_of(const std::string& ip, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, ip.c_str(), &address.sin_addr) != 1) fail("not an IPv4 address: " + ip);
  return address;
}

int make_socket(int family) {
  const int socket_fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) fail_errno("cannot make a socket");
  return socket_fd;
}

int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) fail("the path of the socket is too long: " + path);
  std::ranges::copy(path, address.sun_path);
  const int socket_fd = make_socket(AF_UNIX);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (connect(socket_fd, generic, sizeof(address)) != 0) fail_errno("cannot connect");
  return socket_fd;
}

int connect_to(const sockaddr_in& address, const sockaddr_in& source) {
  const int socket_fd = make_socket(AF_INET);
  const int on = 1;
  if (setsockopt(socket_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0) {
    fail_errno("TCP_NODELAY");
  }
  const auto* own = reinterpret_cast<const sockaddr*>(&source);
  if (bind(socket_fd, own, sizeof(source)) != 0) fail_errno("cannot bind");
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (connect(socket_fd, generic, sizeof(address)) != 0) fail_errno("cannot connect");
  return socket_fd;
}

int wait_ms(LoadLoop::Clock::time_point now, LoadLoop::Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now);
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1000));
}

}  // namespace

LoadLoop::LoadLoop(const LoadTarget& target, Workload& workload)
    : workload_(workload), pipeline_(target.pipeline), in_(kReadBytes) {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) fail_errno("epoll_create1");
  connect_all(target);
}

LoadLoop::~LoadLoop() {
  for (const Connection& connection : connections_) close(connection.socket);
  close(epoll_);
}

void LoadLoop::connect_all(const LoadTarget& target) {
  const bool is_unix = !target.socket.empty();
  const sockaddr_in address = address_of(target.host, target.port);
  const sockaddr_in source = address_of(target.source, 0);
  connections_.resize(target.connections);
  for (std::size_t index = 0; index < connections_.size(); ++index) {
    connections_[index].socket = is_unix ? connect_to(target.socket) : connect_to(address, source);
    watch(index, EPOLLIN, EPOLL_CTL_ADD);
  }
}

void LoadLoop::watch(std::size_t index, std::uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = index;
  if (epoll_ctl(epoll_, operation, connections_[index].socket, &event) != 0) {
    fail_errno("epoll_ctl");
  }
}

void LoadLoop::run_until(Clock::time_point deadline) { work_until(deadline, Sending::on); }

void LoadLoop::drain_until(Clock::time_point deadline) { work_until(deadline, Sending::off); }

void LoadLoop::work_until(Clock::time_point deadline, Sending sending) {
  if (sending == Sending::on) {
    for (std::size_t index = 0; index < connections_.size(); ++index) {
      if (connections_[index].awaited == 0) send_next(index);
    }
  }
  std::array<epoll_event, kEventsAtOnce> events{};
  for (;;) {
    const Clock::time_point now = Clock::now();
    if (busy_connections_ == 0 || now >= deadline) return;
    const int count = epoll_wait(epoll_, events.data(), kEventsAtOnce, wait_ms(now, deadline));
    if (count < 0 && errno != EINTR) fail_errno("epoll_wait");
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const std::size_t index = event.data.u64;
      if ((event.events & EPOLLOUT) != 0) write_to(index, {});
      if ((event.events & ~std::uint32_t{EPOLLOUT}) == 0) continue;
      read_from(index);
      // Sending right away, not after all the reads, keeps the server busy meanwhile.
      if (sending == Sending::on && connections_[index].awaited == 0) send_next(index);
    }
  }
}

void LoadLoop::send_next(std::size_t index) {
  Connection& connection = connections_[index];
  out_.clear();
  while (connection.awaited < pipeline_ &&
         workload_.append_request(index, out_) == NextRequest::appended) {
    ++connection.awaited;
  }
  if (connection.awaited == 0) return;
  ++busy_connections_;
  connection.sent_at = Clock::now();
  write_to(index, out_);
}

// Writes what is left of an earlier write, then `bytes`; keeps what the socket does not take.
void LoadLoop::write_to(std::size_t index, std::string_view bytes) {
  Connection& connection = connections_[index];
  const bool had_unsent = !connection.unsent.empty();
  if (had_unsent) {
    connection.unsent += bytes;
    bytes = connection.unsent;
  }
  const ssize_t written =
      send(connection.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (written < 0 && errno != EAGAIN) fail_errno("the server closed a connection");
  const std::size_t taken = written < 0 ? 0 : static_cast<std::size_t>(written);
  std::string rest(bytes.substr(taken));
  connection.unsent.swap(rest);
  const bool has_unsent = !connection.unsent.empty();
  if (has_unsent != had_unsent) {
    watch(index, has_unsent ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
  }
}

void LoadLoop::read_from(std::size_t index) {
  Connection& connection = connections_[index];
  const ssize_t got = recv(connection.socket, in_.data(), in_.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got < 0) fail_errno("a connection broke");
  if (got == 0) fail("the server closed a connection");
  const Clock::time_point now = Clock::now();
  std::string_view bytes(in_.data(), static_cast<std::size_t>(got));
  if (connection.unread.empty()) {
    connection.unread = bytes.substr(take_answers(index, bytes, now));
  } else {
    connection.unread += bytes;
    connection.unread.erase(0, take_answers(index, connection.unread, now));
  }
}

// Hands over the whole answers at the start of `bytes`; returns how many bytes they were.
std::size_t LoadLoop::take_answers(std::size_t index, std::string_view bytes,
                                   Clock::time_point now) {
  Connection& connection = connections_[index];
  const auto latency_ns = static_cast<std::uint64_t>((now - connection.sent_at).count());
  std::size_t taken = 0;
  for (;;) {
    const Scan scan = scan_response(bytes.substr(taken));
    if (scan.state == ScanState::malformed) fail("the server sent what is not HTTP/1.1");
    if (scan.state == ScanState::incomplete) return taken;
    if (connection.awaited == 0) fail("the server sent an answer that nobody asked for");
    taken += scan.size;
    latencies_.record(latency_ns);
    workload_.on_answer(index, scan.answer);
    if (--connection.awaited == 0) --busy_connections_;
  }
}

}  // namespace farthing::bench
