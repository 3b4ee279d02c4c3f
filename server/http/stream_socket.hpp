// SPDX-License-Identifier: Apache-2.0
// An accepted TCP socket that never blocks. Owns the descriptor. Used on one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace farthing::http {

// The result of a read or a write.
struct Transfer {
  enum class State : std::uint8_t {
    moved,    // `size` bytes, at least one
    blocked,  // nothing can be moved now
    over,     // the other end sends no more, or the connection is broken
  };
  State state = State::over;
  std::size_t size = 0;
};

class StreamSocket {
 public:
  // Takes the descriptor over, which has O_NONBLOCK set.
  explicit StreamSocket(int descriptor) : descriptor_(descriptor) {}
  StreamSocket(StreamSocket&& other) noexcept;
  StreamSocket& operator=(StreamSocket&&) = delete;
  ~StreamSocket() { close(); }

  // Returns the descriptor; negative when closed.
  int native() const { return descriptor_; }

  // Moves what can be moved now. `room` and `bytes` are not empty.
  Transfer read(std::span<char> room) const;
  Transfer write(std::string_view bytes) const;

  // Tells the other end that nothing more follows. Returns false when the connection is broken.
  bool end_writing() const;
  void close();

 private:
  int descriptor_;
};

}  // namespace farthing::http
