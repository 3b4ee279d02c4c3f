// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/tests/test_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace farthing::sdk::tests {
namespace {

sockaddr* as_sockaddr(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

// A socket bound to a free port of the loopback interface.
std::pair<int, int> bind_to_free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (socket < 0 || ::bind(socket, as_sockaddr(address), size) != 0 ||
      ::getsockname(socket, as_sockaddr(address), &size) != 0) {
    throw std::runtime_error("no port for the test server");
  }
  return {socket, ntohs(address.sin_port)};
}

int bind_to(const std::string& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (socket < 0 || ::bind(socket, generic, sizeof(address)) != 0) {
    throw std::runtime_error("no socket for the test server");
  }
  return socket;
}

void write_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// False at the end of the stream.
bool read_some(int socket, std::string& into) {
  std::array<char, 16384> buffer{};
  const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  into.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

// Takes one request out of `input`, reading more as needed.
bool read_request(int socket, std::string& input, Received& request) {
  std::size_t end = 0;
  while ((end = input.find("\r\n\r\n")) == std::string::npos) {
    if (!read_some(socket, input)) return false;
  }
  request.head = input.substr(0, end + 2);
  input.erase(0, end + 4);
  const std::size_t length = std::strtoul(request.header("Content-Length").c_str(), nullptr, 10);
  while (input.size() < length) {
    if (!read_some(socket, input)) return false;
  }
  request.body = input.substr(0, length);
  input.erase(0, length);
  return true;
}

}  // namespace

std::string Received::header(std::string_view name) const {
  const std::string line = "\r\n" + std::string(name) + ": ";
  const std::size_t begin = head.find(line);
  if (begin == std::string::npos) return {};
  const std::size_t value = begin + line.size();
  return head.substr(value, head.find("\r\n", value) - value);
}

bool Received::has_header(std::string_view name) const {
  return head.find("\r\n" + std::string(name) + ":") != std::string::npos;
}

std::string Received::target() const {
  const std::size_t begin = head.find(' ') + 1;
  return head.substr(begin, head.find(' ', begin) - begin);
}

Reply json_reply(int status, std::string_view body, std::string_view more_headers) {
  std::string bytes = "HTTP/1.1 " + std::to_string(status) + " Status\r\n";
  bytes += "Content-Type: application/json\r\n";
  bytes += more_headers;
  bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  bytes += body;
  return {.bytes = std::move(bytes)};
}

TestServer::TestServer(Handler handler) : handler_(std::move(handler)) {
  std::tie(listener_, port_) = bind_to_free_port();
  start();
}

TestServer::TestServer(Handler handler, const std::string& unix_socket)
    : handler_(std::move(handler)), listener_(bind_to(unix_socket)) {
  start();
}

void TestServer::start() {
  ::listen(listener_, 128);
  acceptor_ = std::thread([this] { accept_all(); });
}

TestServer::~TestServer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

std::vector<Received> TestServer::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void TestServer::accept_all() {
  for (int connection = 1;; ++connection) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const std::lock_guard lock(mutex_);
    if (is_stopping_) {
      ::close(socket);
      return;
    }
    sockets_.insert(socket);
    threads_.emplace_back([this, socket, connection] { serve(socket, connection); });
  }
}

void TestServer::serve(int socket, int connection) {
  std::string input;
  Received request;
  request.connection = connection;
  while (read_request(socket, input, request)) {
    {
      const std::lock_guard lock(mutex_);
      received_.push_back(request);
    }
    Reply reply;
    {
      const std::lock_guard lock(handler_mutex_);
      reply = handler_(request);
    }
    write_all(socket, reply.bytes);
    if (reply.after == Reply::After::close) break;
    while (reply.after == Reply::After::hold && read_some(socket, input)) {
    }
  }
  const std::lock_guard lock(mutex_);
  sockets_.erase(socket);
  ::close(socket);
}

int dead_port() {
  const auto [socket, port] = bind_to_free_port();
  ::close(socket);
  return port;
}

}  // namespace farthing::sdk::tests
