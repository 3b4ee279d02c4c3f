// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/transport/curl_sockets.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace farthing::sdk {
namespace {

// Returns 0 when there is no such file.
std::uint64_t inode_of(curl_socket_t socket) {
  struct stat info {};
  return fstat(socket, &info) == 0 ? static_cast<std::uint64_t>(info.st_ino) : 0;
}

curl_socket_t open_socket(const curl_sockaddr& address) {
#ifdef SOCK_CLOEXEC
  return ::socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
#else
  const curl_socket_t socket = ::socket(address.family, address.socktype, address.protocol);
  if (socket != CURL_SOCKET_BAD) fcntl(socket, F_SETFD, FD_CLOEXEC);
  return socket;
#endif
}

}  // namespace

void CurlSockets::watch(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlSockets::on_open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &CurlSockets::on_close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
}

curl_socket_t CurlSockets::on_open(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  const curl_socket_t socket = open_socket(*address);
  if (socket != CURL_SOCKET_BAD) static_cast<CurlSockets*>(self)->add(socket);
  return socket;
}

int CurlSockets::on_close(void* self, curl_socket_t socket) {
  static_cast<CurlSockets*>(self)->remove(socket);
  return ::close(socket);
}

void CurlSockets::add(curl_socket_t socket) {
  for (Entry& entry : entries_) {
    if (entry.socket.load() != CURL_SOCKET_BAD) continue;
    entry.inode.store(inode_of(socket));
    entry.socket.store(socket);
    return;
  }
}

void CurlSockets::remove(curl_socket_t socket) {
  for (Entry& entry : entries_) {
    if (entry.socket.load() == socket) entry.socket.store(CURL_SOCKET_BAD);
  }
}

void CurlSockets::close_inherited() noexcept {
  for (Entry& entry : entries_) {
    const curl_socket_t socket = entry.socket.exchange(CURL_SOCKET_BAD);
    if (socket != CURL_SOCKET_BAD && inode_of(socket) == entry.inode.load()) ::close(socket);
  }
}

}  // namespace farthing::sdk
