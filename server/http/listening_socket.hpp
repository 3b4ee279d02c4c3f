// SPDX-License-Identifier: Apache-2.0
// A socket that accepts connections and never blocks: at an address of the Internet, or at a path
// of the file system for programs of this machine. Owns the descriptor, and the socket's file. Used
// on one thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include "base/ip_network.hpp"
#include "base/result.hpp"
#include "server/http/options.hpp"
#include "server/http/stream_socket.hpp"

namespace farthing::http {

// An accepted connection. A program at the other end of a Unix socket is on this machine, so its
// address is 127.0.0.1.
struct Accepted {
  StreamSocket socket;
  IpAddress peer;
};

class ListeningSocket {
 public:
  // Binds and listens. The error is a sentence for the operator. A Unix socket's file may be used
  // by every user of this machine, as a port may; permissions of its folder can restrict that. A
  // socket that an earlier process has left there is replaced, unless somebody listens; no other
  // file is.
  static BasicResult<ListeningSocket, std::string> open(const ListenAddress& address, int backlog);

  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  // Removes the socket's file, if it has one and nobody has put another in its place.
  ~ListeningSocket();

  int native() const { return descriptor_; }
  // 0 for a Unix socket.
  std::uint16_t port() const { return port_; }
  bool is_unix() const { return !path_.empty(); }

  // Fails with `resource_unavailable_try_again` when nobody waits.
  BasicResult<Accepted, std::error_code> accept() const;

 private:
  explicit ListeningSocket(int descriptor) : descriptor_(descriptor) {}

  static BasicResult<ListeningSocket, std::string> open_internet(const ListenAddress& address,
                                                                 int backlog);
  static BasicResult<ListeningSocket, std::string> open_unix(const ListenAddress& address,
                                                             int backlog);
  void remove_file() const;

  int descriptor_;
  std::uint16_t port_ = 0;
  // The path of a Unix socket's file once it is there, else empty; and which file that is.
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace farthing::http
