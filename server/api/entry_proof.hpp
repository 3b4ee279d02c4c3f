// SPDX-License-Identifier: Apache-2.0
// Writes what an entry is hashed over and does not show anyway, so that whoever reads the API can
// hash it anew (docs/reference/proof.md).
#pragma once

#include "base/json/json_writer.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::api {

// Writes the full id of what it comes from, if anything.
void write_parent_if_any(JsonWriter& writer, const ledger::Entry& entry);

// Writes the digest of the erasable texts, and the salt as long as there is a text.
void write_erasable_proof_if_any(JsonWriter& writer, const ledger::Entry& entry);

// Writes all the rest; what is not there is left out.
void write_proof(JsonWriter& writer, const ledger::Entry& entry);

}  // namespace farthing::api
