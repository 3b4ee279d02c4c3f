// SPDX-License-Identifier: Apache-2.0
#include "server/testing/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "server/http/ascii.hpp"

namespace farthing::http {

std::string RawAnswer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

namespace {

sockaddr_in port_of_this_machine(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sockaddr_un unix_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

template <typename Address>
int connect_to(int family, const Address& address, const char* from = nullptr) {
  const int socket = ::socket(family, SOCK_STREAM, 0);
  if (from != nullptr) {
    sockaddr_in here = port_of_this_machine(0);
    ::inet_pton(AF_INET, from, &here.sin_addr);
    (void)::bind(socket, reinterpret_cast<const sockaddr*>(&here), sizeof here);
  }
  const timeval patience{20, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    throw std::runtime_error("cannot connect");
  }
  return socket;
}

}  // namespace

RawClient::RawClient(std::uint16_t port)
    : socket_(connect_to(AF_INET, port_of_this_machine(port))) {}

RawClient::RawClient(std::uint16_t port, const std::string& from)
    : socket_(connect_to(AF_INET, port_of_this_machine(port), from.c_str())) {}

RawClient::RawClient(const std::string& path) : socket_(connect_to(AF_UNIX, unix_socket(path))) {}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

bool RawClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::finish_sending() const { ::shutdown(socket_, SHUT_WR); }

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(socket_, -1));
}

std::optional<RawAnswer> RawClient::read_head() {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return {};
  }
  RawAnswer answer;
  answer.head = received_.substr(0, end + 2);
  received_.erase(0, end + 4);
  if (answer.head.size() < 12) return {};
  std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
  std::size_t line = answer.head.find("\r\n") + 2;
  while (line < answer.head.size()) {
    const std::size_t line_end = answer.head.find("\r\n", line);
    const std::size_t colon = answer.head.find(": ", line);
    std::string name = answer.head.substr(line, colon - line);
    for (char& c : name) c = to_lower(c);
    // A header that is sent twice shows as both values.
    std::string& value = answer.headers[name];
    if (!value.empty()) value += " | ";
    value += answer.head.substr(colon + 2, line_end - colon - 2);
    line = line_end + 2;
  }
  return answer;
}

std::optional<RawAnswer> RawClient::read_answer() {
  auto answer = read_head();
  if (!answer) return {};
  const std::string length = answer->header("content-length");
  std::size_t size = 0;
  std::from_chars(length.data(), length.data() + length.size(), size);
  while (received_.size() < size) {
    if (!receive()) return {};
  }
  answer->body = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

bool RawClient::reads_end() { return received_.empty() && !receive() && received_.empty(); }

bool RawClient::receive() {
  char bytes[16384];
  ssize_t got = 0;
  // With a timeout set, even a stop and a continuation of the process interrupt it.
  do {
    got = ::recv(socket_, bytes, sizeof bytes, 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN) throw std::runtime_error("the server neither answers nor closes");
  if (got <= 0) return false;
  received_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

}  // namespace farthing::http
