// SPDX-License-Identifier: Apache-2.0
#include <farthing/failure.hpp>

#include <algorithm>
#include <array>

#include "base/json/json_writer.hpp"
#include "sdk/cpp/src/models/failure_json.hpp"

namespace farthing::sdk {
namespace {

constexpr std::array<std::string_view, 6> kKnownFields = {"id",        "name",    "message",
                                                          "temporary", "timeout", "fault"};

// Decodes the message; v2beta has a list of `errors` in its place.
void decode_message(const FieldReader& in, std::string& out) {
  if (in.value().find("message") || !in.value().find("errors")) return in.require("message", out);
  std::vector<std::string> errors;
  in.require("errors", errors);
  for (const std::string& error : errors) {
    if (!out.empty()) out += "; ";
    out += error;
  }
}

void encode_flag(JsonWriter& object, std::string_view name, std::optional<bool> flag) {
  if (flag) object.name(name).boolean(*flag);
}

}  // namespace

void decode(const FieldReader& in, Error& out) {
  in.require("id", out.id);
  decode_error_members(in, out);
}

void decode_error_members(const FieldReader& in, Error& out) {
  in.require("name", out.name);
  decode_message(in, out.message);
  in.optional("temporary", out.temporary);
  in.optional("timeout", out.timeout);
  in.optional("fault", out.fault);
  const JsonValue::Object* body = in.value().as_object();
  if (body == nullptr) return;
  for (const auto& [name, value] : *body) {
    if (std::find(kKnownFields.begin(), kKnownFields.end(), name) == kKnownFields.end()) {
      out.extra.push_back({std::string(name), std::string(value.text())});
    }
  }
}

std::optional<std::string> Error::detail(std::string_view field) const {
  for (const ExtraField& candidate : extra) {
    if (candidate.name != field) continue;
    const auto value = read_json(candidate.json);
    const std::string_view* text = value ? (*value)->as_string() : nullptr;
    return text ? std::string(*text) : candidate.json;
  }
  return {};
}

std::optional<Credits> Error::amount(std::string_view field) const {
  const auto text = detail(field);
  return text ? Credits::parse(*text) : std::nullopt;
}

Result<Error> Error::from_json(std::string_view json) { return decode_json<Error>(json); }

std::string Error::to_json() const {
  std::string json;
  JsonWriter object(json);
  object.begin_object();
  object.member("id", id);
  object.member("name", name);
  object.member("message", message);
  encode_flag(object, "temporary", temporary);
  encode_flag(object, "timeout", timeout);
  encode_flag(object, "fault", fault);
  for (const ExtraField& field : extra) object.name(field.name).literal(field.json);
  object.end_object();
  return json;
}

std::string_view to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::usage:
      return "usage";
    case FailureKind::transport:
      return "transport";
    case FailureKind::timeout:
      return "timeout";
    case FailureKind::cancelled:
      return "cancelled";
    case FailureKind::http_status:
      return "http_status";
    case FailureKind::decoding:
      return "decoding";
    case FailureKind::file:
      return "file";
  }
  return "unknown";
}

}  // namespace farthing::sdk
