// SPDX-License-Identifier: Apache-2.0
#include <farthing/ledger_models.hpp>

#include <utility>

#include "sdk/cpp/src/json_writer.hpp"
#include "sdk/cpp/src/ledger_models_json.hpp"

namespace farthing::sdk {
namespace {

void read_metadata(const FieldReader& in, std::optional<std::string>& out) {
  std::optional<ObjectText> metadata;
  in.optional("metadata", metadata);
  if (metadata) out = std::move(metadata->text);
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
  }
  json.push_back(']');
}

}  // namespace

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
  in.optional("key", out.key);
  in.optional("operation", out.operation);
  in.optional("engine", out.engine);
  read_metadata(in, out.metadata);
  in.require("grants", out.grants);
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
    if (key) {
      object.begin("key");
      JsonObjectWriter key_object(json);
      key_object.text("id", key->id);
      key_object.optional_text("caller", key->caller);
    }
    object.optional_text("operation", operation);
    object.optional_text("engine", engine);
    object.optional_json("metadata", metadata);
    write_shares(object, json, grants);
    object.text("hash", hash);
  }
  return json;
}

}  // namespace farthing::sdk
