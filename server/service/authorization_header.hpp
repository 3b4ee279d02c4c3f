// SPDX-License-Identifier: Apache-2.0
// How an API key stands in the value of a header Authorization.
#pragma once

#include <string_view>

namespace farthing::service {

// What follows "Bearer", in whatever case, and a blank; without that, all of it. Blanks around
// either do not count. Empty when the value is. A view into it; whether it is a key is not looked
// at.
std::string_view find_key(std::string_view authorization);

}  // namespace farthing::service
