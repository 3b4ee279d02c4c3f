// SPDX-License-Identifier: Apache-2.0
// Where a list goes on: opaque to clients, safe in a URL. It holds the last id that was seen and a
// check over the list that it belongs to, so that a cursor of another list, or none at all, is
// refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"

namespace farthing::api {

// `list` says which list it is, filters included.
std::string make_cursor(std::string_view list, Id128 last);

// Nothing when `cursor` was not made for this list.
std::optional<Id128> parse_cursor(std::string_view list, std::string_view cursor);

}  // namespace farthing::api
