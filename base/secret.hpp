// SPDX-License-Identifier: Apache-2.0
// A text that must not be seen: it has no stream operator and no comparison, and is wiped when it
// goes. Only `reveal()` shows it, so that a search for that word finds every place that does.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace farthing {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  ~Secret() { wipe(); }

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
    return *this;
  }

  // Returns a view that is valid as long as the secret stays where it is.
  std::string_view reveal() const { return text_; }
  bool is_empty() const { return text_.empty(); }

 private:
  void wipe();

  std::string text_;
};

}  // namespace farthing
