// SPDX-License-Identifier: Apache-2.0
// Shows an entry of the ledger, whatever the form: ids are spelled in full.
#pragma once

#include <string>
#include <vector>

#include "base/json/json_writer.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::api {

// Returns the id of what the entry is about: what it makes or else what it changes.
std::string ref_of(const ledger::Entry& entry);

// Writes tags as an object.
void write_tags(JsonWriter& writer, const std::vector<ledger::Tag>& tags);

// Writes what was paid for a grant, and the reference of the payment unless it was erased.
void write_payment_if_any(JsonWriter& writer, const ledger::Origin& origin);

// Writes tags, reason and metadata, as far as there are any that were not erased.
void write_remarks_if_any(JsonWriter& writer, const ledger::Origin& origin);

// Writes an array of what each grant gave or got back.
void write_parts(JsonWriter& writer, const ledger::Entry& entry);

// Writes the whole entry, as one object.
void write_entry(JsonWriter& writer, const ledger::Entry& entry);

}  // namespace farthing::api
