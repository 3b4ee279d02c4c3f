// SPDX-License-Identifier: Apache-2.0
#include <farthing/user_models.hpp>

#include "sdk/cpp/src/json/json_writer.hpp"
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

namespace {

void encode(std::string& json, const OrganizationMembership& membership) {
  JsonObjectWriter object(json);
  object.text("id", membership.id);
  object.text("name", membership.name);
  object.text("role", membership.role);
  object.boolean("is_default", membership.is_default);
}

}  // namespace

Result<OrganizationMembership> OrganizationMembership::from_json(std::string_view json) {
  return decode_json<OrganizationMembership>(json);
}

std::string OrganizationMembership::to_json() const {
  std::string json;
  encode(json, *this);
  return json;
}

Result<AccountResponseBody> AccountResponseBody::from_json(std::string_view json) {
  return decode_json<AccountResponseBody>(json);
}

std::string AccountResponseBody::to_json() const {
  std::string json;
  {
    JsonObjectWriter object(json);
    object.text("id", id);
    object.text("email", email);
    object.begin("organizations").push_back('[');
    for (const OrganizationMembership& membership : organizations) {
      if (json.back() != '[') json.push_back(',');
      encode(json, membership);
    }
    json.push_back(']');
    object.optional_text("profile_picture", profile_picture);
  }
  return json;
}

Result<BalanceResponseBody> BalanceResponseBody::from_json(std::string_view json) {
  return decode_json<BalanceResponseBody>(json);
}

std::string BalanceResponseBody::to_json() const {
  const auto number = read_json(credits_text);
  std::string json = "{\"credits\":";
  if (number && number->type == JsonType::number) {
    json += number->json;
  } else {
    append_json_double(json, credits);
  }
  json.push_back('}');
  return json;
}

}  // namespace farthing::sdk
