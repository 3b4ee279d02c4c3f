// SPDX-License-Identifier: Apache-2.0
#include <farthing/audit_models.hpp>

#include "sdk/cpp/src/json/json_writer.hpp"
#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk {
namespace {

void write_changes(std::string& out, const std::vector<ActChange>& changes) {
  out.push_back('[');
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (i > 0) out.push_back(',');
    JsonObjectWriter object(out);
    object.text("field", changes[i].field);
    object.optional_text("before", changes[i].before);
    object.optional_text("after", changes[i].after);
  }
  out.push_back(']');
}

}  // namespace

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
  {
    JsonObjectWriter object(json);
    object.integer("number", number);
    object.text("at", at);
    object.text("kind", kind);
    object.text("target", target);
    object.optional_text("organization", organization);
    object.optional_text("api_key", api_key);
    object.optional_text("user", user);
    object.optional_text("address", address);
    object.optional_text("request", request);
    write_changes(object.begin("changes"), changes);
    object.text("hash", hash);
  }
  return json;
}

}  // namespace farthing::sdk
