// SPDX-License-Identifier: Apache-2.0
// Writes the records of the directory and the ledger as /v1 shows them, each as one JSON object. A
// member without a value is left out.
#pragma once

#include <string_view>

#include "base/json/json_writer.hpp"
#include "server/directory/entities.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/state.hpp"
#include "server/service/api_keys.hpp"
#include "server/service/organizations.hpp"

namespace farthing::api {

void write_user(JsonWriter& writer, const directory::User& user);
void write_organization(JsonWriter& writer, const directory::Organization& organization);
// Writes an element of an organization's list of members.
void write_member(JsonWriter& writer, const directory::Member& member);
void write_api_key(JsonWriter& writer, const directory::ApiKey& key);
// Writes the key with the secret that has just been made.
void write_made_api_key(JsonWriter& writer, const service::MadeApiKey& made);
// Writes the key with its last use.
void write_api_key_status(JsonWriter& writer, const service::ApiKeyStatus& status);
void write_scopes(JsonWriter& writer, directory::Scopes scopes);
void write_rate_limit(JsonWriter& writer, const directory::RateLimit& limit);
void write_spend_caps(JsonWriter& writer, const ledger::SpendCaps& caps);
void write_organization_status(JsonWriter& writer, const service::OrganizationStatus& status);
// `grant.entry` is one of kind grant.
void write_grant(JsonWriter& writer, const ledger::GrantStatus& grant);
// `outcome.entry` is one of kind void.
void write_voided(JsonWriter& writer, const ledger::Outcome& outcome);
// Writes the hold as it is after a hold, an extend, a capture or a release, with the balance then
// and, after a capture, the charge that it made.
void write_held(JsonWriter& writer, const ledger::Outcome& outcome);
void write_charge(JsonWriter& writer, const ledger::ChargeStatus& charge);
// Writes the charge as it was when `outcome.entry` made it.
void write_new_charge(JsonWriter& writer, const ledger::Outcome& outcome);
// `outcome.entry` is one of kind refund.
void write_refund(JsonWriter& writer, const ledger::Outcome& outcome);

// The rest are parts of objects, for those that say more about the same thing.

// Writes how a hold stands. `origin` is that of the request for it.
void write_hold_members(JsonWriter& writer, const HoldId& id, const ledger::HoldStatus& status,
                        const ledger::Origin& origin);
// `entry` is one that makes a charge.
void write_charge_members(JsonWriter& writer, const ledger::Entry& entry, Credits refunded);
// Writes why it was done, as the request said.
void write_purpose_if_any(JsonWriter& writer, const ledger::Origin& origin);
// Returns how much of a refund ended at once.
Credits ended_of(const ledger::Entry& refund);

}  // namespace farthing::api
