// SPDX-License-Identifier: Apache-2.0
#include <farthing/user_models.hpp>

#include "sdk/cpp/src/json/encode_json.hpp"
#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, OrganizationMembership& out) {
  in.require("id", out.id);
  in.require("name", out.name);
  in.require("role", out.role);
  in.require("is_default", out.is_default);
}

void decode(const FieldReader& in, AccountResponseBody& out) {
  in.require("id", out.id);
  in.require("email", out.email);
  in.require("organizations", out.organizations);
  in.optional("profile_picture", out.profile_picture);
}

void decode(const FieldReader& in, BalanceResponseBody& out) {
  DecodedNumber number;
  in.require("credits", number);
  out.credits = number.nearest;
  out.credits_text = std::move(number.text);
  out.exact_credits = number.exact;
}

void encode(JsonWriter& out, const OrganizationMembership& membership) {
  out.member("id", membership.id);
  out.member("name", membership.name);
  out.member("role", membership.role);
  out.name("is_default").boolean(membership.is_default);
}

Result<OrganizationMembership> OrganizationMembership::from_json(std::string_view json) {
  return decode_json<OrganizationMembership>(json);
}

std::string OrganizationMembership::to_json() const { return encode_json(*this); }

Result<AccountResponseBody> AccountResponseBody::from_json(std::string_view json) {
  return decode_json<AccountResponseBody>(json);
}

std::string AccountResponseBody::to_json() const {
  std::string json;
  JsonWriter object(json);
  object.begin_object();
  object.member("id", id);
  object.member("email", email);
  encode_member(object, "organizations", organizations);
  object.member_if_any("profile_picture", profile_picture);
  object.end_object();
  return json;
}

Result<BalanceResponseBody> BalanceResponseBody::from_json(std::string_view json) {
  return decode_json<BalanceResponseBody>(json);
}

std::string BalanceResponseBody::to_json() const {
  const auto number = read_json(credits_text);
  std::string json = "{\"credits\":";
  if (number && (*number)->type() == JsonType::number) {
    json += (*number)->text();
  } else {
    append_json_double(credits, json);
  }
  json.push_back('}');
  return json;
}

}  // namespace farthing::sdk
