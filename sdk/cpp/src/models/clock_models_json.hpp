// SPDX-License-Identifier: Apache-2.0
// How the clock is decoded; for `decode_json`.
#pragma once

#include <farthing/clock_models.hpp>

#include "sdk/cpp/src/json/decode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, ClockStatus& out);

}  // namespace farthing::sdk
