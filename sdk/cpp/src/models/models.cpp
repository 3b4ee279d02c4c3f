// SPDX-License-Identifier: Apache-2.0
#include <farthing/models.hpp>

#include <optional>
#include <utility>
#include <vector>

#include "base/json/json_writer.hpp"
#include "sdk/cpp/src/json/encode_json.hpp"
#include "sdk/cpp/src/models/models_json.hpp"

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
  JsonWriter object(json);
  object.begin_object();
  object.member("id", id);
  object.member("email", email);
  object.member_if_any("name", name);
  object.member_if_any("profile_picture", profile_picture);
  object.member_if_any("default_organization", default_organization);
  object.member("created_at", created_at);
  object.member_if_any("disabled_at", disabled_at);
  object.end_object();
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
  JsonWriter object(json);
  object.begin_object();
  object.member("id", id);
  object.member("name", name);
  object.member_if_any("overdraft_limit", overdraft_limit);
  object.member("created_at", created_at);
  object.member_if_any("disabled_at", disabled_at);
  object.end_object();
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
  JsonWriter object(json);
  object.begin_object();
  object.member("organization", organization);
  object.member("user", user);
  object.member("role", role);
  object.name("is_default").boolean(is_default);
  object.end_object();
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
  JsonWriter object(json);
  object.begin_object();
  object.member("user", user);
  object.member("email", email);
  object.member("role", role);
  object.name("is_default").boolean(is_default);
  object.end_object();
  return json;
}

void decode(const FieldReader& in, RateLimit& out) {
  in.require("requests", out.requests);
  in.require("per_s", out.per_s);
}

void decode(const FieldReader& in, SpendCaps& out) {
  in.optional("day", out.day);
  in.optional("month", out.month);
  in.optional("total", out.total);
}

void encode(JsonWriter& out, const SpendCaps& caps) {
  out.member_if_any("day", caps.day);
  out.member_if_any("month", caps.month);
  out.member_if_any("total", caps.total);
}

void decode(const FieldReader& in, PreviousSecret& out) {
  in.require("hint", out.hint);
  in.require("works_until", out.works_until);
}

void encode(JsonWriter& out, const RateLimit& rate) {
  out.name("requests").integer(rate.requests);
  out.name("per_s").integer(rate.per_s);
}

void encode(JsonWriter& out, const PreviousSecret& secret) {
  out.member("hint", secret.hint);
  out.member("works_until", secret.works_until);
}

void decode(const FieldReader& in, ApiKey& out) {
  in.require("id", out.id);
  in.require("user", out.user);
  in.optional("name", out.name);
  in.require("hint", out.hint);
  in.require("scopes", out.scopes);
  std::optional<std::vector<std::string>> networks;
  in.optional("allowed_networks", networks);
  if (networks) out.allowed_networks = *std::move(networks);
  in.optional("rate_limit", out.rate_limit);
  in.optional("spend_caps", out.spend_caps);
  in.require("created_at", out.created_at);
  in.optional("expires_at", out.expires_at);
  in.optional("revoked_at", out.revoked_at);
  in.optional("previous_secret", out.previous_secret);
  in.optional("last_used_at", out.last_used_at);
  in.optional("secret", out.secret);
}

Result<ApiKey> ApiKey::from_json(std::string_view json) { return decode_json<ApiKey>(json); }

std::string ApiKey::to_json() const {
  std::string json;
  JsonWriter object(json);
  object.begin_object();
  object.member("id", id);
  object.member("user", user);
  object.member_if_any("name", name);
  object.member("hint", hint);
  encode_member(object, "scopes", scopes);
  if (!allowed_networks.empty()) encode_member(object, "allowed_networks", allowed_networks);
  if (rate_limit) encode_member(object, "rate_limit", *rate_limit);
  if (spend_caps) encode_member(object, "spend_caps", *spend_caps);
  object.member("created_at", created_at);
  object.member_if_any("expires_at", expires_at);
  object.member_if_any("revoked_at", revoked_at);
  if (previous_secret) encode_member(object, "previous_secret", *previous_secret);
  object.member_if_any("last_used_at", last_used_at);
  if (secret) object.member("secret", secret->reveal());
  object.end_object();
  return json;
}

}  // namespace farthing::sdk
