// SPDX-License-Identifier: Apache-2.0
// How the models of the ledger are decoded; for `decode_json`.
#pragma once

#include <farthing/ledger_models.hpp>

#include "sdk/cpp/src/decode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, Grant& out);
void decode(const FieldReader& in, GrantShare& out);
void decode(const FieldReader& in, LedgerBalance& out);
void decode(const FieldReader& in, OrganizationBalance& out);
void decode(const FieldReader& in, Charge& out);
void decode(const FieldReader& in, EntryKey& out);
void decode(const FieldReader& in, LedgerEntry& out);

}  // namespace farthing::sdk
