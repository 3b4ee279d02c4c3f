// SPDX-License-Identifier: Apache-2.0
// A string that must not be seen: it has no stream operator and no comparison, and its bytes are
// overwritten when it goes. The one way to its text is `reveal()`, which is easy to search for.
#pragma once

#include <string>
#include <string_view>

#include <farthing/export.hpp>

namespace farthing::sdk {

class FARTHING_API Secret {
 public:
  Secret() = default;
  Secret(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  Secret(std::string_view text) : text_(text) {}        // NOLINT(google-explicit-constructor)
  // A null pointer, which std::getenv returns for a variable that is not set, makes an empty
  // secret.
  Secret(const char* text) : text_(text ? text : "") {}  // NOLINT(google-explicit-constructor)

  Secret(const Secret& other) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  bool is_empty() const { return text_.empty(); }
  const std::string& reveal() const { return text_; }

 private:
  void wipe() noexcept;

  std::string text_;
};

}  // namespace farthing::sdk
