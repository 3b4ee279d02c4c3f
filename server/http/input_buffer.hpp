// SPDX-License-Identifier: Apache-2.0
// The flat buffer that a connection receives into: bytes are appended at the end and consumed from
// the front, and always lie in one piece. Pointers into it stay right until `prepare` or `erase`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace farthing::http {

class InputBuffer {
 public:
  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  // Returns room for at least one byte behind the end. Grows by doubling when all is in use, or at
  // once to what is expected.
  std::span<char> prepare();
  // Announces that so many bytes will have to be held at the same time, until they are consumed.
  void expect(std::size_t size) { expected_ = size; }
  // Appends the first `size` bytes of what `prepare` gave, which the caller has filled.
  void commit(std::size_t size) { end_ += size; }
  void consume(std::size_t size);
  // Takes `size` bytes at `offset` from the front out of the middle.
  void erase(std::size_t offset, std::size_t size);
  // Gives memory back that an unusually large request needed.
  void shrink_if_empty();
  // Returns the bytes of memory that are in use, or will be for what is expected.
  std::size_t claimed() const { return std::max(capacity_, expected_); }

  // The memory that is kept between two requests, in bytes.
  static constexpr std::size_t kUsualCapacity = 4096;

 private:
  // Less room than this at the end is not worth a read.
  static constexpr std::size_t kEnoughRoom = 1024;

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t expected_ = 0;
};

}  // namespace farthing::http
