// SPDX-License-Identifier: Apache-2.0
// Shows an entry of the ledger, whatever the form: ids are spelled in full.
#pragma once

#include <string>

#include "base/json/json_writer.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::api {

// Returns the id of what the entry is about: what it makes or else what it changes.
std::string ref_of(const ledger::Entry& entry);

// Writes the metadata, unless there is none or it was erased.
void write_metadata_if_any(JsonWriter& writer, const ledger::Erasable& texts);

// Writes an array of what each grant gave or got back.
void write_parts(JsonWriter& writer, const ledger::Entry& entry);

// Writes the whole entry, as one object.
void write_entry(JsonWriter& writer, const ledger::Entry& entry);

}  // namespace farthing::api
