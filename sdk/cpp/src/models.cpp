// SPDX-License-Identifier: Apache-2.0
#include <farthing/models.hpp>

#include <utility>

#include "sdk/cpp/src/json_writer.hpp"
#include "sdk/cpp/src/models_json.hpp"

namespace farthing::sdk {
namespace {

void read_metadata(const FieldReader& in, std::optional<std::string>& out) {
  std::optional<ObjectText> metadata;
  in.optional("metadata", metadata);
  if (metadata) out = std::move(metadata->text);
}

// A member that is only there to say yes.
void read_flag(const FieldReader& in, std::string_view name, bool& out) {
  std::optional<bool> flag;
  in.optional(name, flag);
  out = flag.value_or(false);
}

// The member `terms` of `object`, which is being written to `json`.
void write_terms(JsonObjectWriter& object, std::string& json, const GrantTerms& terms) {
  object.begin("terms");
  JsonObjectWriter line(json);
  line.amount("amount", terms.amount);
  line.text("effective_at", terms.effective_at);
  line.optional_text("expires_at", terms.expires_at);
  line.integer("priority", terms.priority);
  line.text("category", terms.category);
}

void write_returning(JsonObjectWriter& object, std::string& json,
                     const std::vector<ReturningGrant>& returning) {
  object.begin("returning").push_back('[');
  for (const ReturningGrant& one : returning) {
    if (json.back() != '[') json.push_back(',');
    JsonObjectWriter line(json);
    line.text("grant", one.grant);
    write_terms(line, json, one.terms);
  }
  json.push_back(']');
}

void write_hold(JsonObjectWriter& object, std::string& json, const EntryHold& hold) {
  object.begin("hold");
  JsonObjectWriter line(json);
  line.amount("amount", hold.amount);
  line.amount("captured", hold.captured);
  line.amount("released", hold.released);
  line.text("expires_at", hold.expires_at);
  line.text("over_capture", hold.over_capture);
  line.text("state", hold.state);
}

// The member `grants` of `object`, which is being written to `json`.
void write_shares(JsonObjectWriter& object, std::string& json,
                  const std::vector<GrantShare>& grants) {
  object.begin("grants").push_back('[');
  for (const GrantShare& share : grants) {
    if (json.back() != '[') json.push_back(',');
    JsonObjectWriter line(json);
    line.text("grant", share.grant);
    line.amount("amount", share.amount);
    if (share.has_ended) line.boolean("ended", true);
  }
  json.push_back(']');
}

}  // namespace

void decode(const FieldReader& in, User& out) {
  in.require("id", out.id);
  in.require("email", out.email);
  in.optional("name", out.name);
  in.optional("profile_picture", out.profile_picture);
  in.optional("default_organization", out.default_organization);
  in.require("created_at", out.created_at);
}

Result<User> User::from_json(std::string_view json) { return decode_json<User>(json); }

std::string User::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.text("id", id);
    object.text("email", email);
    object.optional_text("name", name);
    object.optional_text("profile_picture", profile_picture);
    object.optional_text("default_organization", default_organization);
    object.text("created_at", created_at);
  }
  return json;
}

void decode(const FieldReader& in, Organization& out) {
  in.require("id", out.id);
  in.require("name", out.name);
  in.require("created_at", out.created_at);
}

Result<Organization> Organization::from_json(std::string_view json) {
  return decode_json<Organization>(json);
}

std::string Organization::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.text("id", id);
    object.text("name", name);
    object.text("created_at", created_at);
  }
  return json;
}

void decode(const FieldReader& in, Membership& out) {
  in.require("organization", out.organization);
  in.require("user", out.user);
  in.require("role", out.role);
  in.require("is_default", out.is_default);
}

Result<Membership> Membership::from_json(std::string_view json) {
  return decode_json<Membership>(json);
}

std::string Membership::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.text("organization", organization);
    object.text("user", user);
    object.text("role", role);
    object.boolean("is_default", is_default);
  }
  return json;
}

void decode(const FieldReader& in, Member& out) {
  in.require("user", out.user);
  in.require("email", out.email);
  in.require("role", out.role);
  in.require("is_default", out.is_default);
}

Result<Member> Member::from_json(std::string_view json) { return decode_json<Member>(json); }

std::string Member::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.text("user", user);
    object.text("email", email);
    object.text("role", role);
    object.boolean("is_default", is_default);
  }
  return json;
}

void decode(const FieldReader& in, ApiKey& out) {
  in.require("id", out.id);
  in.require("user", out.user);
  in.optional("name", out.name);
  in.require("hint", out.hint);
  in.require("scopes", out.scopes);
  in.require("created_at", out.created_at);
  in.optional("expires_at", out.expires_at);
  in.optional("revoked_at", out.revoked_at);
  in.optional("secret", out.secret);
}

Result<ApiKey> ApiKey::from_json(std::string_view json) { return decode_json<ApiKey>(json); }

std::string ApiKey::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.text("id", id);
    object.text("user", user);
    object.optional_text("name", name);
    object.text("hint", hint);
    object.texts("scopes", scopes);
    object.text("created_at", created_at);
    object.optional_text("expires_at", expires_at);
    object.optional_text("revoked_at", revoked_at);
    if (secret) object.text("secret", secret->reveal());
  }
  return json;
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
  read_metadata(in, out.metadata);
  in.require("created_at", out.created_at);
}

Result<Grant> Grant::from_json(std::string_view json) { return decode_json<Grant>(json); }

std::string Grant::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.text("id", id);
    object.text("organization", organization);
    object.amount("amount", amount);
    object.amount("remaining", remaining);
    object.text("category", category);
    object.integer("priority", priority);
    object.text("effective_at", effective_at);
    object.optional_text("expires_at", expires_at);
    object.optional_json("metadata", metadata);
    object.text("created_at", created_at);
  }
  return json;
}

void decode(const FieldReader& in, GrantShare& out) {
  in.require("grant", out.grant);
  in.require("amount", out.amount);
  read_flag(in, "ended", out.has_ended);
}

void decode(const FieldReader& in, GrantTerms& out) {
  in.require("amount", out.amount);
  in.require("effective_at", out.effective_at);
  in.optional("expires_at", out.expires_at);
  in.require("priority", out.priority);
  in.require("category", out.category);
}

void decode(const FieldReader& in, ReturningGrant& out) {
  in.require("grant", out.grant);
  in.require("terms", out.terms);
}

void decode(const FieldReader& in, EntryHold& out) {
  in.require("amount", out.amount);
  in.require("captured", out.captured);
  in.require("released", out.released);
  in.require("expires_at", out.expires_at);
  in.require("over_capture", out.over_capture);
  in.require("state", out.state);
}

void decode(const FieldReader& in, LedgerBalance& out) {
  in.require("available", out.available);
  in.require("held", out.held);
}

void decode(const FieldReader& in, OrganizationBalance& out) {
  in.require("available", out.available);
  in.require("held", out.held);
  in.require("as_of", out.as_of);
}

Result<OrganizationBalance> OrganizationBalance::from_json(std::string_view json) {
  return decode_json<OrganizationBalance>(json);
}

std::string OrganizationBalance::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.amount("available", available);
    object.amount("held", held);
    object.text("as_of", as_of);
  }
  return json;
}

void decode(const FieldReader& in, Charge& out) {
  in.require("id", out.id);
  in.require("organization", out.organization);
  in.require("amount", out.amount);
  in.optional("operation", out.operation);
  in.optional("engine", out.engine);
  read_metadata(in, out.metadata);
  in.require("grants", out.grants);
  in.require("balance", out.balance);
  in.require("created_at", out.created_at);
}

Result<Charge> Charge::from_json(std::string_view json) { return decode_json<Charge>(json); }

std::string Charge::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.text("id", id);
    object.text("organization", organization);
    object.amount("amount", amount);
    object.optional_text("operation", operation);
    object.optional_text("engine", engine);
    object.optional_json("metadata", metadata);
    write_shares(object, json, grants);
    object.begin("balance");
    {
      JsonObjectWriter balance_object(json);
      balance_object.amount("available", balance.available);
      balance_object.amount("held", balance.held);
    }
    object.text("created_at", created_at);
  }
  return json;
}

void decode(const FieldReader& in, EntryKey& out) {
  in.require("id", out.id);
  in.optional("caller", out.caller);
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
  read_metadata(in, out.metadata);
  in.optional("metadata_digest", out.metadata_digest);
  in.optional("metadata_salt", out.metadata_salt);
  in.require("grants", out.grants);
  std::optional<std::vector<ReturningGrant>> returning;
  in.optional("returning", returning);
  if (returning) out.returning = *std::move(returning);
  in.optional("terms", out.terms);
  in.optional("hold", out.hold);
  read_flag(in, "continued", out.is_continued);
  in.optional("idempotency_key", out.idempotency_key);
  in.optional("fingerprint", out.fingerprint);
  in.require("hash", out.hash);
}

Result<LedgerEntry> LedgerEntry::from_json(std::string_view json) {
  return decode_json<LedgerEntry>(json);
}

std::string LedgerEntry::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.integer("seq", seq);
    object.text("kind", kind);
    object.amount("amount", amount);
    object.amount("available", available);
    object.amount("held", held);
    object.text("at", at);
    object.text("ref", ref);
    object.optional_text("parent", parent);
    if (key) {
      object.begin("key");
      JsonObjectWriter key_object(json);
      key_object.text("id", key->id);
      key_object.optional_text("caller", key->caller);
    }
    object.optional_text("operation", operation);
    object.optional_text("engine", engine);
    object.optional_json("metadata", metadata);
    object.optional_text("metadata_digest", metadata_digest);
    object.optional_text("metadata_salt", metadata_salt);
    write_shares(object, json, grants);
    if (!returning.empty()) write_returning(object, json, returning);
    if (terms) write_terms(object, json, *terms);
    if (hold) write_hold(object, json, *hold);
    if (is_continued) object.boolean("continued", true);
    object.optional_text("idempotency_key", idempotency_key);
    object.optional_text("fingerprint", fingerprint);
    object.text("hash", hash);
  }
  return json;
}

}  // namespace farthing::sdk
