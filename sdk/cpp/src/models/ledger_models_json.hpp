// SPDX-License-Identifier: Apache-2.0
// Reads and writes the models of the ledger; for `decode_json` and `encode_json`.
#pragma once

#include <farthing/ledger_models.hpp>

#include "sdk/cpp/src/json/decode_json.hpp"
#include "sdk/cpp/src/json/encode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, Grant& out);
void decode(const FieldReader& in, VoidedGrant& out);
void decode(const FieldReader& in, GrantShare& out);
void decode(const FieldReader& in, GrantBalance& out);
void decode(const FieldReader& in, LedgerBalance& out);
void decode(const FieldReader& in, OrganizationBalance& out);
void decode(const FieldReader& in, Charge& out);
void decode(const FieldReader& in, Refund& out);
void decode(const FieldReader& in, Hold& out);
void decode(const FieldReader& in, ChangedHold& out);
void decode(const FieldReader& in, CapturedHold& out);

void encode(JsonWriter& out, const Grant& grant);
void encode(JsonWriter& out, const VoidedGrant& grant);
void encode(JsonWriter& out, const GrantShare& share);
void encode(JsonWriter& out, const GrantBalance& grant);
void encode(JsonWriter& out, const LedgerBalance& balance);
void encode(JsonWriter& out, const OrganizationBalance& balance);
void encode(JsonWriter& out, const Charge& charge);
void encode(JsonWriter& out, const Refund& refund);
void encode(JsonWriter& out, const Hold& hold);
void encode(JsonWriter& out, const ChangedHold& hold);
void encode(JsonWriter& out, const CapturedHold& hold);

// Decodes the member `metadata`, kept as it was written.
void decode_metadata(const FieldReader& in, std::optional<std::string>& out);

// Decodes a member that is present only when it is true.
void decode_flag(const FieldReader& in, std::string_view name, bool& out);

}  // namespace farthing::sdk
