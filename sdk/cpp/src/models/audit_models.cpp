// SPDX-License-Identifier: Apache-2.0
#include <farthing/audit_models.hpp>

#include "sdk/cpp/src/json/encode_json.hpp"
#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk {

void encode(JsonWriter& out, const ActChange& change) {
  out.member("field", change.field);
  out.member_if_any("before", change.before);
  out.member_if_any("after", change.after);
}

void decode(const FieldReader& in, ActChange& out) {
  in.require("field", out.field);
  in.optional("before", out.before);
  in.optional("after", out.after);
}

void decode(const FieldReader& in, Act& out) {
  in.require("number", out.number);
  in.require("at", out.at);
  in.require("kind", out.kind);
  in.require("target", out.target);
  in.optional("organization", out.organization);
  in.optional("api_key", out.api_key);
  in.optional("user", out.user);
  in.optional("address", out.address);
  in.optional("request", out.request);
  in.require("changes", out.changes);
  in.require("hash", out.hash);
}

Result<Act> Act::from_json(std::string_view json) { return decode_json<Act>(json); }

std::string Act::to_json() const {
  std::string json;
  JsonWriter object(json);
  object.begin_object();
  object.name("number").integer(number);
  object.member("at", at);
  object.member("kind", kind);
  object.member("target", target);
  object.member_if_any("organization", organization);
  object.member_if_any("api_key", api_key);
  object.member_if_any("user", user);
  object.member_if_any("address", address);
  object.member_if_any("request", request);
  encode_member(object, "changes", changes);
  object.member("hash", hash);
  object.end_object();
  return json;
}

}  // namespace farthing::sdk
