// SPDX-License-Identifier: Apache-2.0
// A file descriptor that closes itself, and whole writes to one.
#pragma once

#include <string_view>
#include <utility>

namespace farthing::cli {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this == &other) return *this;
    reset();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  // Closes the descriptor in any case. Returns 0, or the errno of a close that lost data.
  int close();

 private:
  void reset() noexcept;

  int number_ = -1;
};

// Writes all of `text`. Returns 0, or the errno of the write that failed.
int write_all(int descriptor, std::string_view text);

}  // namespace farthing::cli
