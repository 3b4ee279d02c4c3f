// SPDX-License-Identifier: Apache-2.0
// What may stand in a header. Checked before any request, so that no value can add a header of its
// own; what is refused is described, never quoted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/transport.hpp>

namespace farthing::sdk {

// A token of RFC 9110.
bool is_header_name(std::string_view name);

// Why `value` may not be sent as an API key, an organization or an idempotency key; nothing when it
// may: printable ASCII, not empty, no blank at either end.
std::optional<std::string> credential_flaw(std::string_view value);

// The same for any other header's value: no control characters.
std::optional<std::string> header_value_flaw(std::string_view value);

// True for headers that the SDK writes itself or that would change how a message is framed.
bool is_reserved_header(std::string_view name);

bool equals_ignoring_case(std::string_view a, std::string_view b);

// Replaces the header of that name, in any case, or adds it.
void set_header(std::vector<Header>& headers, const Header& header);

}  // namespace farthing::sdk
