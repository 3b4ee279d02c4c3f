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

void encode(JsonObjectWriter& out, const Grant& grant) {
  out.text("id", grant.id);
  out.text("organization", grant.organization);
  out.amount("amount", grant.amount);
  out.amount("remaining", grant.remaining);
  out.text("category", grant.category);
  out.integer("priority", grant.priority);
  out.text("effective_at", grant.effective_at);
  out.optional_text("expires_at", grant.expires_at);
  out.optional_json("metadata", grant.metadata);
  out.text("created_at", grant.created_at);
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

void encode(JsonObjectWriter& out, const VoidedGrant& grant) {
  out.text("id", grant.id);
  out.text("organization", grant.organization);
  out.amount("voided", grant.voided);
  encode_member(out, "balance", grant.balance);
  out.text("voided_at", grant.voided_at);
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

void encode(JsonObjectWriter& out, const GrantShare& share) {
  out.text("grant", share.grant);
  out.amount("amount", share.amount);
  if (share.has_ended) out.boolean("ended", true);
}

void decode(const FieldReader& in, LedgerBalance& out) {
  in.require("available", out.available);
  in.require("held", out.held);
}

void encode(JsonObjectWriter& out, const LedgerBalance& balance) {
  out.amount("available", balance.available);
  out.amount("held", balance.held);
}

void decode(const FieldReader& in, GrantBalance& out) {
  in.require("grant", out.grant);
  in.require("remaining", out.remaining);
  in.require("held", out.held);
  in.optional("expires_at", out.expires_at);
  in.require("priority", out.priority);
  in.require("category", out.category);
}

void encode(JsonObjectWriter& out, const GrantBalance& grant) {
  out.text("grant", grant.grant);
  out.amount("remaining", grant.remaining);
  out.amount("held", grant.held);
  out.optional_text("expires_at", grant.expires_at);
  out.integer("priority", grant.priority);
  out.text("category", grant.category);
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

void encode(JsonObjectWriter& out, const OrganizationBalance& balance) {
  out.amount("available", balance.available);
  out.amount("held", balance.held);
  encode_member(out, "grants", balance.grants);
  out.amount("expiring", balance.expiring);
  out.amount("burn_per_day", balance.burn_per_day);
  out.optional_integer("runway_s", balance.runway_s);
  out.text("as_of", balance.as_of);
}

Result<OrganizationBalance> OrganizationBalance::from_json(std::string_view json) {
  return decode_json<OrganizationBalance>(json);
}
std::string OrganizationBalance::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk
