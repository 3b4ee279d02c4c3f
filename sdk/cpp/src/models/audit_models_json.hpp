// SPDX-License-Identifier: Apache-2.0
// How the audit log is decoded; for `decode_json`.
#pragma once

#include <farthing/audit_models.hpp>

#include "sdk/cpp/src/json/decode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, ActChange& out);
void decode(const FieldReader& in, Act& out);

}  // namespace farthing::sdk
