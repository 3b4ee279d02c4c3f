// SPDX-License-Identifier: Apache-2.0
#include <farthing/key_models.hpp>

#include "sdk/cpp/src/models/failure_json.hpp"
#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk {
namespace {

// The objects within a verdict, each of which fills a part of the model.
struct KeyPart {
  VerifiedKey& key;
};
struct UserPart {
  VerifiedKey& key;
};
struct OrganizationPart {
  VerifiedKey& key;
};
struct ErrorPart {
  Error& error;
};

void decode(const FieldReader& in, KeyPart& out) {
  in.require("id", out.key.id);
  in.optional("name", out.key.name);
  in.require("scopes", out.key.scopes);
  in.optional("expires_at", out.key.expires_at);
}

void decode(const FieldReader& in, UserPart& out) {
  in.require("id", out.key.user);
  in.require("email", out.key.email);
}

void decode(const FieldReader& in, OrganizationPart& out) {
  in.require("id", out.key.organization);
  in.require("name", out.key.organization_name);
}

void decode(const FieldReader& in, ErrorPart& out) { decode_error_members(in, out.error); }

void decode_verified(const FieldReader& in, VerifiedKey& out) {
  KeyPart key{out};
  UserPart user{out};
  OrganizationPart organization{out};
  in.require("api_key", key);
  in.require("user", user);
  in.require("organization", organization);
  in.require("role", out.role);
  in.require("balance", out.balance);
  in.optional("spend_caps", out.spend_caps);
}

void encode_verified(JsonWriter& out, const VerifiedKey& key) {
  out.name("api_key").begin_object();
  out.member("id", key.id);
  out.member_if_any("name", key.name);
  encode_member(out, "scopes", key.scopes);
  out.member_if_any("expires_at", key.expires_at);
  out.end_object();
  out.name("user").begin_object();
  out.member("id", key.user);
  out.member("email", key.email);
  out.end_object();
  out.name("organization").begin_object();
  out.member("id", key.organization);
  out.member("name", key.organization_name);
  out.end_object();
  out.member("role", key.role);
  encode_member(out, "balance", key.balance);
  if (key.spend_caps) encode_member(out, "spend_caps", *key.spend_caps);
}

void encode_refusal(JsonWriter& out, const KeyRefusal& refusal) {
  out.name("status").integer(refusal.status);
  out.name("error").begin_object();
  out.member("name", refusal.error.name);
  out.member("message", refusal.error.message);
  for (const ExtraField& field : refusal.error.extra) out.name(field.name).literal(field.json);
  out.end_object();
}

}  // namespace

void decode(const FieldReader& in, KeyVerdict& out) {
  bool is_valid = false;
  in.require("valid", is_valid);
  if (is_valid) return decode_verified(in, out.verified.emplace());
  KeyRefusal& refusal = out.refusal.emplace();
  in.require("status", refusal.status);
  ErrorPart error{refusal.error};
  in.require("error", error);
}

void encode(JsonWriter& out, const KeyVerdict& verdict) {
  out.name("valid").boolean(verdict.is_valid());
  if (verdict.verified) encode_verified(out, *verdict.verified);
  if (verdict.refusal) encode_refusal(out, *verdict.refusal);
}

Result<KeyVerdict> KeyVerdict::from_json(std::string_view json) {
  return decode_json<KeyVerdict>(json);
}
std::string KeyVerdict::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk
