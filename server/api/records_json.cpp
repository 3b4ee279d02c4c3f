// SPDX-License-Identifier: Apache-2.0
#include "server/api/records_json.hpp"

#include <optional>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "base/id.hpp"
#include "server/api/entry_fields.hpp"
#include "server/api/presented_key_field.hpp"
#include "server/ledger/outcome.hpp"

namespace farthing::api {
namespace {

using directory::Scope;

void write_instant_if_any(JsonWriter& writer, std::string_view name,
                          const std::optional<Instant>& instant) {
  if (instant) writer.member(name, *instant);
}

// Writes null for an erased user.
void write_email(JsonWriter& writer, const std::optional<std::string>& email) {
  writer.name("email");
  if (email) {
    writer.string(*email);
  } else {
    writer.literal("null");
  }
}

void write_key_members(JsonWriter& writer, const directory::ApiKey& key) {
  writer.member("id", key.id).member("user", key.user);
  writer.member_if_any("name", key.name).member("hint", key.hint);
  writer.name("scopes");
  write_scopes(writer, key.scopes);
  if (!key.allowed_networks.empty()) {
    writer.name("allowed_networks").begin_array();
    for (const IpNetwork& network : key.allowed_networks) writer.string(network.to_string());
    writer.end_array();
  }
  if (key.rate_limit) {
    writer.name("rate_limit");
    write_rate_limit(writer, *key.rate_limit);
  }
  if (!key.spend_caps.is_empty()) {
    writer.name("spend_caps");
    write_spend_caps(writer, key.spend_caps);
  }
  writer.member("created_at", key.created_at);
  write_instant_if_any(writer, "expires_at", key.expires_at);
  write_instant_if_any(writer, "revoked_at", key.revoked_at);
  if (key.previous_secret) {
    writer.name("previous_secret").begin_object();
    writer.member("hint", key.previous_secret->hint);
    writer.member("works_until", key.previous_secret->works_until).end_object();
  }
}

// Writes the balance as it was after `entry`.
void write_balance(JsonWriter& writer, const ledger::Entry& entry) {
  writer.name("balance").begin_object();
  writer.member("available", entry.available);
  writer.member("held", entry.held);
  writer.end_object();
}

// Writes what each grant paid or got back.
void write_grants(JsonWriter& writer, const ledger::Entry& entry) {
  writer.name("grants");
  write_parts(writer, entry);
}

// Writes the caller's key, if one was presented.
void write_caller_key_if_any(JsonWriter& writer, const ledger::Origin& origin) {
  if (origin.caller_key) writer.member(kCallerKeyField, *origin.caller_key);
}

// Returns the hold that the entry is about.
HoldId hold_of(const ledger::Entry& entry) {
  return {entry.organization, entry.parent.value_or(entry.subject)};
}

}  // namespace

void write_hold_members(JsonWriter& writer, const HoldId& id, const ledger::HoldStatus& status,
                        const ledger::Origin& origin) {
  writer.member("id", id);
  writer.member("organization", id.organization);
  write_caller_key_if_any(writer, origin);
  writer.member("amount", status.amount);
  writer.member("captured", status.captured);
  writer.member("released", status.released);
  writer.member("state", ledger::to_string(status.state));
  writer.member("over_capture", ledger::to_string(status.over_capture));
  writer.member("expires_at", status.expires_at);
}

void write_purpose_if_any(JsonWriter& writer, const ledger::Origin& origin) {
  writer.member_if_any("operation", origin.operation);
  writer.member_if_any("model", origin.model);
  write_remarks_if_any(writer, origin);
}

void write_charge_members(JsonWriter& writer, const ledger::Entry& entry, Credits refunded) {
  writer.member("id", ChargeId{entry.organization, entry.subject});
  writer.member("organization", entry.organization);
  write_caller_key_if_any(writer, entry.origin);
  if (entry.parent) writer.member("hold", HoldId{entry.organization, *entry.parent});
  writer.member("amount", entry.amount);
  writer.member("refunded", refunded);
  write_purpose_if_any(writer, entry.origin);
  write_grants(writer, entry);
  write_balance(writer, entry);
  writer.member("created_at", entry.at);
}

Credits ended_of(const ledger::Entry& refund) {
  std::vector<ledger::LotAmount> ended = refund.lots;
  std::erase_if(ended, [](const ledger::LotAmount& part) { return !part.has_ended; });
  return ledger::sum_of(ended);
}

void write_user(JsonWriter& writer, const directory::User& user) {
  writer.begin_object();
  writer.member("id", user.id);
  write_email(writer, user.email);
  if (user.name) writer.member("name", *user.name);
  if (user.profile_picture) writer.member("profile_picture", *user.profile_picture);
  if (user.default_organization) {
    writer.member("default_organization", *user.default_organization);
  }
  writer.member("created_at", user.created_at);
  write_instant_if_any(writer, "disabled_at", user.disabled_at);
  write_instant_if_any(writer, "erased_at", user.erased_at);
  writer.end_object();
}

void write_organization(JsonWriter& writer, const directory::Organization& organization) {
  writer.begin_object();
  writer.member("id", organization.id).member("name", organization.name);
  writer.member("created_at", organization.created_at);
  write_instant_if_any(writer, "disabled_at", organization.disabled_at);
  writer.end_object();
}

void write_organization_status(JsonWriter& writer, const service::OrganizationStatus& status) {
  const directory::Organization& organization = status.organization;
  writer.begin_object();
  writer.member("id", organization.id).member("name", organization.name);
  writer.member("overdraft_limit", status.overdraft_limit);
  writer.member("created_at", organization.created_at);
  write_instant_if_any(writer, "disabled_at", organization.disabled_at);
  writer.end_object();
}

void write_member(JsonWriter& writer, const directory::Member& member) {
  writer.begin_object();
  writer.member("user", member.membership.user);
  write_email(writer, member.email);
  writer.member("role", directory::to_string(member.membership.role));
  writer.name("is_default").boolean(member.is_default);
  writer.end_object();
}

void write_api_key(JsonWriter& writer, const directory::ApiKey& key) {
  writer.begin_object();
  write_key_members(writer, key);
  writer.end_object();
}

void write_made_api_key(JsonWriter& writer, const service::MadeApiKey& made) {
  writer.begin_object();
  write_key_members(writer, made.key);
  if (!made.secret.is_empty()) writer.member("secret", made.secret.reveal());
  writer.end_object();
}

void write_api_key_status(JsonWriter& writer, const service::ApiKeyStatus& status) {
  writer.begin_object();
  write_key_members(writer, status.key);
  write_instant_if_any(writer, "last_used_at", status.last_used_at);
  writer.end_object();
}

void write_scopes(JsonWriter& writer, directory::Scopes scopes) {
  writer.begin_array();
  for (const Scope scope : {Scope::user, Scope::service, Scope::admin}) {
    if (scopes.names(scope)) writer.string(directory::to_string(scope));
  }
  writer.end_array();
}

void write_rate_limit(JsonWriter& writer, const directory::RateLimit& limit) {
  writer.begin_object();
  writer.name("requests").literal(std::to_string(limit.requests));
  writer.name("per_s").literal(std::to_string(limit.per_s)).end_object();
}

void write_spend_caps(JsonWriter& writer, const ledger::SpendCaps& caps) {
  writer.begin_object();
  for (const ledger::CapPeriod period : ledger::kCapPeriods) {
    const auto& cap = caps.of(period);
    if (cap) writer.member(ledger::to_string(period), *cap);
  }
  writer.end_object();
}

void write_grant(JsonWriter& writer, const ledger::GrantStatus& grant) {
  const ledger::Entry& entry = grant.entry;
  CHECK(entry.terms);
  const ledger::GrantTerms& terms = *entry.terms;
  writer.begin_object();
  writer.member("id", GrantId{entry.organization, entry.subject});
  writer.member("organization", entry.organization);
  writer.member("amount", entry.amount);
  writer.member("remaining", grant.remaining);
  writer.member("category", ledger::to_string(terms.category));
  writer.name("priority").literal(std::to_string(terms.priority));
  writer.member("effective_at", terms.effective_at);
  write_instant_if_any(writer, "expires_at", terms.expires_at);
  write_payment_if_any(writer, entry.origin);
  write_remarks_if_any(writer, entry.origin);
  writer.member("created_at", entry.at);
  writer.end_object();
}

void write_voided(JsonWriter& writer, const ledger::Outcome& outcome) {
  const ledger::Entry& entry = outcome.entry;
  writer.begin_object();
  writer.member("id", GrantId{entry.organization, entry.subject});
  writer.member("organization", entry.organization);
  writer.member("voided", entry.amount);
  write_remarks_if_any(writer, entry.origin);
  write_balance(writer, outcome.last());
  writer.member("voided_at", entry.at);
  writer.end_object();
}

void write_held(JsonWriter& writer, const ledger::Outcome& outcome) {
  const ledger::HoldStatus* status = ledger::find_hold(outcome);
  CHECK(status != nullptr);
  writer.begin_object();
  write_hold_members(writer, hold_of(outcome.entry), *status, outcome.entry.origin);
  write_balance(writer, outcome.last());
  if (outcome.entry.kind == ledger::EntryKind::capture) {
    writer.name("charge");
    write_new_charge(writer, outcome);
  }
  writer.end_object();
}

void write_charge(JsonWriter& writer, const ledger::ChargeStatus& charge) {
  writer.begin_object();
  write_charge_members(writer, charge.entry, charge.refunded);
  writer.end_object();
}

void write_new_charge(JsonWriter& writer, const ledger::Outcome& outcome) {
  writer.begin_object();
  write_charge_members(writer, outcome.entry, Credits());
  writer.end_object();
}

void write_refund(JsonWriter& writer, const ledger::Outcome& outcome) {
  const ledger::Entry& entry = outcome.entry;
  CHECK(entry.parent);
  writer.begin_object();
  writer.member("id", RefundId{entry.organization, entry.subject});
  writer.member("organization", entry.organization);
  writer.member("charge", ChargeId{entry.organization, *entry.parent});
  writer.member("amount", entry.amount);
  writer.member("ended", ended_of(entry));
  write_remarks_if_any(writer, entry.origin);
  write_grants(writer, entry);
  write_balance(writer, outcome.last());
  writer.member("created_at", entry.at);
  writer.end_object();
}

}  // namespace farthing::api
