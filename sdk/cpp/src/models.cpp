// SPDX-License-Identifier: Apache-2.0
#include <farthing/models.hpp>

#include "sdk/cpp/src/json_writer.hpp"
#include "sdk/cpp/src/models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, User& out) {
  in.require("id", out.id);
  in.require("email", out.email);
  in.optional("name", out.name);
  in.optional("profile_picture", out.profile_picture);
  in.optional("default_organization", out.default_organization);
  in.require("created_at", out.created_at);
  in.optional("disabled_at", out.disabled_at);
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
    object.optional_text("disabled_at", disabled_at);
  }
  return json;
}

void decode(const FieldReader& in, Organization& out) {
  in.require("id", out.id);
  in.require("name", out.name);
  in.optional("overdraft_limit", out.overdraft_limit);
  in.require("created_at", out.created_at);
  in.optional("disabled_at", out.disabled_at);
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
    object.optional_amount("overdraft_limit", overdraft_limit);
    object.text("created_at", created_at);
    object.optional_text("disabled_at", disabled_at);
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

}  // namespace farthing::sdk
