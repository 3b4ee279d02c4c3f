// SPDX-License-Identifier: Apache-2.0
#include "server/http/stream_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace farthing::http {

namespace {

Transfer transfer_of(ssize_t moved) {
  if (moved > 0) return {Transfer::State::moved, static_cast<std::size_t>(moved)};
  const bool can_wait = moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  return {can_wait ? Transfer::State::blocked : Transfer::State::over, 0};
}

}  // namespace

StreamSocket::StreamSocket(StreamSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

Transfer StreamSocket::read(std::span<char> room) const {
  ssize_t moved = 0;
  do {
    moved = ::recv(descriptor_, room.data(), room.size(), 0);
  } while (moved < 0 && errno == EINTR);
  return transfer_of(moved);
}

Transfer StreamSocket::write(std::string_view bytes) const {
  ssize_t moved = 0;
  do {
    moved = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  } while (moved < 0 && errno == EINTR);
  return transfer_of(moved);
}

bool StreamSocket::end_writing() const { return ::shutdown(descriptor_, SHUT_WR) == 0; }

void StreamSocket::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace farthing::http
