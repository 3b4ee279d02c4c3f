// SPDX-License-Identifier: Apache-2.0
// The version of the SDK, the same as the project's.
#pragma once

#include <string_view>

namespace farthing::sdk {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace farthing::sdk
