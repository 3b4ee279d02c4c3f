// SPDX-License-Identifier: Apache-2.0
// How statements are read out of JSON.
#pragma once

#include <farthing/statement_models.hpp>

#include "sdk/cpp/src/json/decode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, Statement& out);
void decode(const FieldReader& in, SignedStatement& out);
void decode(const FieldReader& in, StatementKey& out);

}  // namespace farthing::sdk
