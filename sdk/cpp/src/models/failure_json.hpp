// SPDX-License-Identifier: Apache-2.0
// Reads a server's error; for `decode_json` and for errors within answers.
#pragma once

#include <farthing/failure.hpp>

#include "sdk/cpp/src/json/decode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, Error& out);

// Decodes all members but the `id`, which an error within an answer does not have.
void decode_error_members(const FieldReader& in, Error& out);

}  // namespace farthing::sdk
