// SPDX-License-Identifier: Apache-2.0
// Reads and writes all models: most by their fields, and those whose JSON is of another shape.
#pragma once

#include <string>
#include <vector>

#include <farthing/entry_models.hpp>
#include <farthing/key_models.hpp>
#include <farthing/user_models.hpp>

#include "sdk/cpp/src/json/model_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, BalanceResponseBody& out);

// An object with a member for each tag, left out while there are none.
void read_field(const FieldReader& in, const char* name, FieldForm form, std::vector<Tag>& out);
void write_field(JsonWriter& out, const char* name, FieldForm form, const std::vector<Tag>& tags);

// Also notes the members that an entry has and that are not known.
void decode(const FieldReader& in, LedgerEntry& out);
void encode(JsonWriter& out, const LedgerEntry& entry);

void decode(const FieldReader& in, KeyVerdict& out);
void encode(JsonWriter& out, const KeyVerdict& verdict);

}  // namespace farthing::sdk
