// SPDX-License-Identifier: Apache-2.0
// The form of API keys: a prefix, which whoever runs a server may choose, and 48 letters and digits.
// Nobody knows which prefixes there have been, so whatever hides keys goes by this form alone. Safe
// to call from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace farthing {

// A small letter, then up to six small letters, digits, "-" and "_", then "-" or "_", as in "sk-" or
// "acme_". That last character tells where the random part begins, since it cannot be in it. A
// letter comes first because a key that began with "-" would be taken for an option.
class KeyPrefix {
 public:
  static constexpr std::size_t kMinSize = 2;
  static constexpr std::size_t kMaxSize = 8;

  // "sk-".
  KeyPrefix() = default;
  // Returns nothing when `text` is no prefix.
  static std::optional<KeyPrefix> parse(std::string_view text);
  static bool is_valid(std::string_view text);
  // Returns what a prefix must be, to stand behind "must be".
  static std::string expected();

  const std::string& text() const { return text_; }

 private:
  explicit KeyPrefix(std::string_view text) : text_(text) {}

  std::string text_ = "sk-";
};

inline constexpr std::size_t kKeySizeBehindPrefix = 48;

// Finds where a key of any prefix may stand in a text, or so much of one that the rest could be
// guessed, and returns where its part behind the prefix begins; npos when there is none. Ids and
// words are told from keys: they have other sizes and no capital letters.
std::size_t find_behind_key_prefix(std::string_view text);

}  // namespace farthing
