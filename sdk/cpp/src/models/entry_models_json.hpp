// SPDX-License-Identifier: Apache-2.0
// Reads and writes entries; for `decode_json` and `encode_json`.
#pragma once

#include <farthing/entry_models.hpp>

#include "sdk/cpp/src/models/ledger_models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, EntryKey& out);
void decode(const FieldReader& in, GrantTerms& out);
void decode(const FieldReader& in, ReturningGrant& out);
void decode(const FieldReader& in, EntryHold& out);
void decode(const FieldReader& in, LedgerEntry& out);
void decode(const FieldReader& in, Outcome& out);

void encode(JsonWriter& out, const EntryKey& key);
void encode(JsonWriter& out, const GrantTerms& terms);
void encode(JsonWriter& out, const ReturningGrant& grant);
void encode(JsonWriter& out, const EntryHold& hold);
void encode(JsonWriter& out, const LedgerEntry& entry);
void encode(JsonWriter& out, const Outcome& outcome);

}  // namespace farthing::sdk
