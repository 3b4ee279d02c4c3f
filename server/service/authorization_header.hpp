// SPDX-License-Identifier: Apache-2.0
// Finds the API key in the value of a header Authorization.
#pragma once

#include <string_view>

namespace farthing::service {

// Returns what follows "Bearer", in whatever case, and a blank; without that, all of the value.
// Blanks around either do not count. The result is empty when the value is. It is a view into the
// value, and need not be a key.
std::string_view find_key(std::string_view authorization);

}  // namespace farthing::service
