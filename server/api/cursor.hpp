// SPDX-License-Identifier: Apache-2.0
// A cursor says where a list goes on. It is opaque to clients and safe in a URL. It holds the last
// id that was seen and a check over the list that it belongs to, so that a cursor of another list
// is refused, as is a text that is no cursor.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"

namespace farthing::api {

// Returns the cursor behind `last`. `list` says which list it is, filters included.
std::string make_cursor(std::string_view list, Id128 last);

// Returns the last id that was seen, or nothing when `cursor` was not made for this list.
std::optional<Id128> parse_cursor(std::string_view list, std::string_view cursor);

}  // namespace farthing::api
