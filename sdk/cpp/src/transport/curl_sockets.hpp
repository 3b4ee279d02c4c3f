// SPDX-License-Identifier: Apache-2.0
// The sockets that a libcurl handle has open, so that a forked child can close its copies without
// sending anything: going through libcurl would end the parent's TLS sessions.
#pragma once

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace farthing::sdk {

class CurlSockets {
 public:
  // Makes `easy` open and close its sockets through this object, which must outlive its
  // connections.
  void watch(CURL* easy);

  // Closes the sockets that were open at the fork and are still the same. Called in a child only.
  // Takes no lock, so it is safe wherever the parent's other threads were at the fork.
  void close_inherited() noexcept;

 private:
  // The inode tells a socket from a file that got its number after it was closed.
  struct Entry {
    std::atomic<curl_socket_t> socket{CURL_SOCKET_BAD};
    std::atomic<std::uint64_t> inode{0};
  };

  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close(void* self, curl_socket_t socket);

  void add(curl_socket_t socket);
  void remove(curl_socket_t socket);

  // There is room for one kept connection and at most two attempts at the next at once. A socket
  // that finds no place is not closed in the child, nothing worse.
  std::array<Entry, 8> entries_;
};

}  // namespace farthing::sdk
