// SPDX-License-Identifier: Apache-2.0
// The description of the API, api/openapi.json and api/openapi.yaml, as the program was built with
// it.
#pragma once

#include <string_view>

namespace farthing::api {

std::string_view openapi_json();
std::string_view openapi_yaml();

}  // namespace farthing::api
