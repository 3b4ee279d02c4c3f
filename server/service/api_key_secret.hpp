// SPDX-License-Identifier: Apache-2.0
// The text of an API key: a prefix, 42 random characters and 6 that check all before them (CRC-32),
// both of 0-9A-Za-z; 250 random bits. Because of the check, a mistyped or made-up key is told from a
// real one without looking anything up, and scanners for leaked keys find few false ones. Safe to
// call from any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/key_form.hpp"
#include "base/secret.hpp"

namespace farthing::service {

Secret make_api_key_secret(const KeyPrefix& prefix);

// Returns whether a text has the form of a key, check included, whatever its prefix: keys keep the
// one with which they were made. It does not tell whether there is such a key.
bool is_api_key_secret(std::string_view text);

// Returns whether a text may be a key or a part of one, ours or somebody else's, so that it must not
// be sent back: it has the usual prefix of ours, or as many letters and digits as a secret has.
bool may_be_secret(std::string_view text);

// Returns what people may see of a key, to tell it from others: its prefix with the 4 characters
// behind it, and its last 4.
// `secret` must have the form of a key.
std::string hint_of(const Secret& secret);

}  // namespace farthing::service
