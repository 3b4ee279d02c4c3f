// SPDX-License-Identifier: Apache-2.0
#include "server/http/input_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace farthing::http {

std::span<char> InputBuffer::prepare() {
  if (capacity_ - end_ < kEnoughRoom) {
    const std::size_t used = end_ - begin_;
    const bool is_expected = used < expected_;
    const std::size_t wanted =
        std::max(kUsualCapacity, (is_expected ? expected_ : used) + kEnoughRoom);
    if (wanted > capacity_) {
      const std::size_t capacity = is_expected ? wanted : std::max(2 * capacity_, wanted);
      auto larger = std::make_unique_for_overwrite<char[]>(capacity);
      if (used > 0) std::memcpy(larger.get(), bytes_.get() + begin_, used);
      bytes_ = std::move(larger);
      capacity_ = capacity;
    } else {
      std::memmove(bytes_.get(), bytes_.get() + begin_, used);
    }
    begin_ = 0;
    end_ = used;
  }
  return {bytes_.get() + end_, capacity_ - end_};
}

void InputBuffer::consume(std::size_t size) {
  begin_ += size;
  if (begin_ == end_) begin_ = end_ = 0;
  expected_ = 0;
}

void InputBuffer::erase(std::size_t offset, std::size_t size) {
  if (size == 0) return;
  char* const gap = bytes_.get() + begin_ + offset;
  std::memmove(gap, gap + size, end_ - begin_ - offset - size);
  end_ -= size;
}

void InputBuffer::shrink_if_empty() {
  if (!empty() || capacity_ <= kUsualCapacity) return;
  bytes_.reset();
  capacity_ = 0;
}

}  // namespace farthing::http
