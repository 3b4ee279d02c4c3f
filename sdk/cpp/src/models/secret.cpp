// SPDX-License-Identifier: Apache-2.0
#include <farthing/secret.hpp>

#include <utility>

namespace farthing::sdk {

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  wipe();
  text_ = other.text_;
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  text_ = std::move(other.text_);
  other.wipe();
  return *this;
}

void Secret::wipe() noexcept {
  // The whole capacity is wiped, since a short text may have replaced a longer one. The pointer is
  // volatile, so that the compiler does not drop writes to memory that is about to be freed.
  text_.resize(text_.capacity());
  volatile char* bytes = text_.data();
  for (std::size_t i = 0; i < text_.size(); ++i) bytes[i] = '\0';
  text_.clear();
}

}  // namespace farthing::sdk
