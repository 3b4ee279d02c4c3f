// SPDX-License-Identifier: Apache-2.0
// The names of tags. An operator declares them in the settings, so that what is counted by them does
// not grow with every mistyped name. Safe to call from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/ledger/entry.hpp"

namespace farthing::service {

// Each of is_tag_name, once, in the order in which they were declared.
using TagNames = std::vector<std::string>;

inline const TagNames kNoTagNames;
inline constexpr std::size_t kMaxTagNames = 20;

// Returns whether a tag may be called so: 1 to ledger::kMaxTagName of a-z, 0-9 and "_", the first a
// letter.
constexpr bool is_tag_name(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (text.empty() || text.size() > ledger::kMaxTagName || !is_letter(text.front())) return false;
  for (const char c : text) {
    if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return true;
}

}  // namespace farthing::service
