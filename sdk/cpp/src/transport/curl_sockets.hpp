// SPDX-License-Identifier: Apache-2.0
// Which sockets a libcurl handle has open, so that a forked child can close its copies of them
// without a word on the wire: going through libcurl would end the parent's TLS sessions.
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

  // In a child only: closes the sockets that were open at the fork and are still the same. May be
  // called while another thread of the parent was anywhere at the fork: takes no lock.
  void close_inherited() noexcept;

 private:
  // The inode tells a socket from whatever got its number after it was closed.
  struct Entry {
    std::atomic<curl_socket_t> socket{CURL_SOCKET_BAD};
    std::atomic<std::uint64_t> inode{0};
  };

  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close(void* self, curl_socket_t socket);

  void add(curl_socket_t socket);
  void remove(curl_socket_t socket);

  // One kept connection, and at most two attempts at the next at once; one that finds no place is
  // not closed in the child, nothing worse.
  std::array<Entry, 8> entries_;
};

}  // namespace farthing::sdk
