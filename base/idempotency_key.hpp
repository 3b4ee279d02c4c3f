// SPDX-License-Identifier: Apache-2.0
// The form of idempotency keys, the same whichever way a key comes in.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace farthing {

inline constexpr std::size_t kMaxIdempotencyKeyBytes = 255;
// Ends the sentence "idempotency_key must be …".
inline constexpr std::string_view kIdempotencyKeyForm =
    "1 to 255 printable ASCII characters, without a blank at either end";

// Returns whether something may have been done under this key, by this version or one before: ^[
// -~]{1,255}$. Earlier versions took keys with blanks at their ends; what is stored under such a
// key must still be found.
constexpr bool may_be_stored_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdempotencyKeyBytes &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// Returns whether something may be done for the first time under this key: ^[!-~]([
// -~]{0,253}[!-~])?$. A blank at an end is lost in a header and kept in a body, so it would make
// two keys out of one.
constexpr bool is_idempotency_key(std::string_view text) {
  return may_be_stored_idempotency_key(text) && text.front() != ' ' && text.back() != ' ';
}

}  // namespace farthing
