// SPDX-License-Identifier: Apache-2.0
#include <farthing/entry_models.hpp>

#include <utility>

#include "sdk/cpp/src/models/entry_models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, EntryKey& out) {
  in.require("id", out.id);
  in.optional("caller", out.caller);
}

void encode(JsonObjectWriter& out, const EntryKey& key) {
  out.text("id", key.id);
  out.optional_text("caller", key.caller);
}

void decode(const FieldReader& in, GrantTerms& out) {
  in.require("amount", out.amount);
  in.require("effective_at", out.effective_at);
  in.optional("expires_at", out.expires_at);
  in.require("priority", out.priority);
  in.require("category", out.category);
}

void encode(JsonObjectWriter& out, const GrantTerms& terms) {
  out.amount("amount", terms.amount);
  out.text("effective_at", terms.effective_at);
  out.optional_text("expires_at", terms.expires_at);
  out.integer("priority", terms.priority);
  out.text("category", terms.category);
}

void decode(const FieldReader& in, ReturningGrant& out) {
  in.require("grant", out.grant);
  in.require("terms", out.terms);
}

void encode(JsonObjectWriter& out, const ReturningGrant& grant) {
  out.text("grant", grant.grant);
  encode_member(out, "terms", grant.terms);
}

void decode(const FieldReader& in, EntryHold& out) {
  in.require("amount", out.amount);
  in.require("captured", out.captured);
  in.require("released", out.released);
  in.require("expires_at", out.expires_at);
  in.require("over_capture", out.over_capture);
  in.require("state", out.state);
}

void encode(JsonObjectWriter& out, const EntryHold& hold) {
  out.amount("amount", hold.amount);
  out.amount("captured", hold.captured);
  out.amount("released", hold.released);
  out.text("expires_at", hold.expires_at);
  out.text("over_capture", hold.over_capture);
  out.text("state", hold.state);
}

void decode(const FieldReader& in, LedgerEntry& out) {
  in.require("seq", out.seq);
  in.require("kind", out.kind);
  in.require("amount", out.amount);
  in.require("available", out.available);
  in.require("held", out.held);
  in.require("at", out.at);
  in.require("ref", out.ref);
  in.optional("parent", out.parent);
  in.optional("key", out.key);
  in.optional("operation", out.operation);
  in.optional("engine", out.engine);
  decode_metadata(in, out.metadata);
  in.optional("metadata_digest", out.metadata_digest);
  in.optional("metadata_salt", out.metadata_salt);
  in.require("grants", out.grants);
  std::optional<std::vector<ReturningGrant>> returning;
  in.optional("returning", returning);
  if (returning) out.returning = *std::move(returning);
  in.optional("terms", out.terms);
  in.optional("hold", out.hold);
  decode_flag(in, "continued", out.is_continued);
  in.optional("idempotency_key", out.idempotency_key);
  in.optional("fingerprint", out.fingerprint);
  in.require("hash", out.hash);
}

void encode(JsonObjectWriter& out, const LedgerEntry& entry) {
  out.integer("seq", entry.seq);
  out.text("kind", entry.kind);
  out.amount("amount", entry.amount);
  out.amount("available", entry.available);
  out.amount("held", entry.held);
  out.text("at", entry.at);
  out.text("ref", entry.ref);
  out.optional_text("parent", entry.parent);
  if (entry.key) encode_member(out, "key", *entry.key);
  out.optional_text("operation", entry.operation);
  out.optional_text("engine", entry.engine);
  out.optional_json("metadata", entry.metadata);
  out.optional_text("metadata_digest", entry.metadata_digest);
  out.optional_text("metadata_salt", entry.metadata_salt);
  encode_member(out, "grants", entry.grants);
  if (!entry.returning.empty()) encode_member(out, "returning", entry.returning);
  if (entry.terms) encode_member(out, "terms", *entry.terms);
  if (entry.hold) encode_member(out, "hold", *entry.hold);
  if (entry.is_continued) out.boolean("continued", true);
  out.optional_text("idempotency_key", entry.idempotency_key);
  out.optional_text("fingerprint", entry.fingerprint);
  out.text("hash", entry.hash);
}

Result<LedgerEntry> LedgerEntry::from_json(std::string_view json) {
  return decode_json<LedgerEntry>(json);
}
std::string LedgerEntry::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, Outcome& out) {
  in.require("idempotency_key", out.idempotency_key);
  in.require("entries", out.entries);
}

void encode(JsonObjectWriter& out, const Outcome& outcome) {
  out.text("idempotency_key", outcome.idempotency_key);
  encode_member(out, "entries", outcome.entries);
}

Result<Outcome> Outcome::from_json(std::string_view json) { return decode_json<Outcome>(json); }
std::string Outcome::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk
