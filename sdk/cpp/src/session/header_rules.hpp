// SPDX-License-Identifier: Apache-2.0
// The rules for what a header may hold. They are checked before any request, so that no value can
// add a header of its own; a refused value is described, never quoted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/transport.hpp>

namespace farthing::sdk {

// Returns the lower case of a letter of ASCII, anything else as it is.
char to_lower(char c);

// Returns whether `name` is a token of RFC 9110.
bool is_header_name(std::string_view name);

// Returns why `value` may not be sent as an API key, an organization or an idempotency key; nothing
// when it may: printable ASCII, not empty, no blank at either end.
std::optional<std::string> credential_flaw(std::string_view value);

// Returns why `value` may not be sent in any other header; nothing when it may: no control
// characters.
std::optional<std::string> header_value_flaw(std::string_view value);

// Returns whether the SDK writes the header itself, or it would change how a message is framed.
bool is_reserved_header(std::string_view name);

bool equals_ignoring_case(std::string_view a, std::string_view b);

// Replaces the header of that name, in any case, or adds it.
void set_header(std::vector<Header>& headers, const Header& header);

}  // namespace farthing::sdk
