// SPDX-License-Identifier: Apache-2.0
// Grants and balances; charges, refunds and holds are in spending_models.cpp.
#include <farthing/ledger_models.hpp>

#include <utility>

#include "sdk/cpp/src/models/ledger_models_json.hpp"

namespace farthing::sdk {

void decode_metadata(const FieldReader& in, std::optional<std::string>& out) {
  std::optional<ObjectText> metadata;
  in.optional("metadata", metadata);
  if (metadata) out = std::move(metadata->text);
}

void decode_flag(const FieldReader& in, std::string_view name, bool& out) {
  std::optional<bool> flag;
  in.optional(name, flag);
  out = flag.value_or(false);
}

void decode(const FieldReader& in, Grant& out) {
  in.require("id", out.id);
  in.require("organization", out.organization);
  in.require("amount", out.amount);
  in.require("remaining", out.remaining);
  in.require("category", out.category);
  in.require("priority", out.priority);
  in.require("effective_at", out.effective_at);
  in.optional("expires_at", out.expires_at);
  decode_metadata(in, out.metadata);
  in.require("created_at", out.created_at);
}

void encode(JsonWriter& out, const Grant& grant) {
  out.member("id", grant.id);
  out.member("organization", grant.organization);
  out.member("amount", grant.amount);
  out.member("remaining", grant.remaining);
  out.member("category", grant.category);
  out.name("priority").integer(grant.priority);
  out.member("effective_at", grant.effective_at);
  out.member_if_any("expires_at", grant.expires_at);
  if (grant.metadata) out.name("metadata").literal(*grant.metadata);
  out.member("created_at", grant.created_at);
}

Result<Grant> Grant::from_json(std::string_view json) { return decode_json<Grant>(json); }
std::string Grant::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, VoidedGrant& out) {
  in.require("id", out.id);
  in.require("organization", out.organization);
  in.require("voided", out.voided);
  in.require("balance", out.balance);
  in.require("voided_at", out.voided_at);
}

void encode(JsonWriter& out, const VoidedGrant& grant) {
  out.member("id", grant.id);
  out.member("organization", grant.organization);
  out.member("voided", grant.voided);
  encode_member(out, "balance", grant.balance);
  out.member("voided_at", grant.voided_at);
}

Result<VoidedGrant> VoidedGrant::from_json(std::string_view json) {
  return decode_json<VoidedGrant>(json);
}
std::string VoidedGrant::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, GrantShare& out) {
  in.require("grant", out.grant);
  in.require("amount", out.amount);
  decode_flag(in, "ended", out.has_ended);
}

void encode(JsonWriter& out, const GrantShare& share) {
  out.member("grant", share.grant);
  out.member("amount", share.amount);
  if (share.has_ended) out.name("ended").boolean(true);
}

void decode(const FieldReader& in, LedgerBalance& out) {
  in.require("available", out.available);
  in.require("held", out.held);
}

void encode(JsonWriter& out, const LedgerBalance& balance) {
  out.member("available", balance.available);
  out.member("held", balance.held);
}

void decode(const FieldReader& in, GrantBalance& out) {
  in.require("grant", out.grant);
  in.require("remaining", out.remaining);
  in.require("held", out.held);
  in.optional("expires_at", out.expires_at);
  in.require("priority", out.priority);
  in.require("category", out.category);
}

void encode(JsonWriter& out, const GrantBalance& grant) {
  out.member("grant", grant.grant);
  out.member("remaining", grant.remaining);
  out.member("held", grant.held);
  out.member_if_any("expires_at", grant.expires_at);
  out.name("priority").integer(grant.priority);
  out.member("category", grant.category);
}

void decode(const FieldReader& in, OrganizationBalance& out) {
  in.require("available", out.available);
  in.require("held", out.held);
  in.require("grants", out.grants);
  in.require("expiring", out.expiring);
  in.require("burn_per_day", out.burn_per_day);
  in.optional("runway_s", out.runway_s);
  in.require("as_of", out.as_of);
}

void encode(JsonWriter& out, const OrganizationBalance& balance) {
  out.member("available", balance.available);
  out.member("held", balance.held);
  encode_member(out, "grants", balance.grants);
  out.member("expiring", balance.expiring);
  out.member("burn_per_day", balance.burn_per_day);
  if (balance.runway_s) out.name("runway_s").integer(*balance.runway_s);
  out.member("as_of", balance.as_of);
}

Result<OrganizationBalance> OrganizationBalance::from_json(std::string_view json) {
  return decode_json<OrganizationBalance>(json);
}
std::string OrganizationBalance::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk
