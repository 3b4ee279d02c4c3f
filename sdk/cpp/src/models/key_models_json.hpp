// SPDX-License-Identifier: Apache-2.0
// Reads and writes the models of key_models.hpp; for `decode_json` and `encode_json`.
#pragma once

#include <farthing/key_models.hpp>

#include "sdk/cpp/src/json/decode_json.hpp"
#include "sdk/cpp/src/json/encode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, SpendCapStatus& out);
void decode(const FieldReader& in, SpendCapStatuses& out);
void decode(const FieldReader& in, KeyVerdict& out);
void encode(JsonWriter& out, const SpendCapStatus& status);
void encode(JsonWriter& out, const SpendCapStatuses& statuses);
void encode(JsonWriter& out, const KeyVerdict& verdict);
void decode(const FieldReader& in, LeakedKey& out);
void encode(JsonWriter& out, const LeakedKey& key);

}  // namespace farthing::sdk
