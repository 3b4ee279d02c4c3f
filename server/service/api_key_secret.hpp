// SPDX-License-Identifier: Apache-2.0
// The text of an API key: "sk-", 42 random characters and 6 that check the 45 before them (CRC-32),
// all of them of 0-9A-Za-z; 250 random bits. Because of the check, a mistyped or made-up key is
// told from a real one without looking anything up, and scanners for leaked keys find few false
// ones. Safe to call from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace farthing::service {

inline constexpr std::size_t kApiKeySecretSize = 51;

Secret make_api_key_secret();

// Returns whether a text has the form of a key, check included. It does not tell whether there is
// such a key.
bool is_api_key_secret(std::string_view text);

// Returns whether a text may be a key or a part of one, ours or somebody else's, so that it must not
// be sent back: it has the first characters of ours, or as many letters and digits as a secret has.
bool may_be_secret(std::string_view text);

// Returns what people may see of a key, to tell it from others: its first 7 and last 4 characters.
// `secret` must have the form of a key.
std::string hint_of(const Secret& secret);

}  // namespace farthing::service
