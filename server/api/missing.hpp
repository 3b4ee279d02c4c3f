// SPDX-License-Identifier: Apache-2.0
// Writes the sentence of a 404 whose path has ids in it.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace farthing::api {

// Makes the error one about what the path names: whatever could not be found on the way, the answer
// is about what was asked for, and no field is wrong. `pattern` is the route's; its parameters are
// named for what they are ids of, with "_" for a blank. Errors other than `not_found` stay as they
// are, and so do all where the pattern has no parameter.
Error name_what_is_missing(Error error, std::string_view pattern);

}  // namespace farthing::api
