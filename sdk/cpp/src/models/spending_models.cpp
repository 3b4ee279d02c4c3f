// SPDX-License-Identifier: Apache-2.0
#include <farthing/ledger_models.hpp>

#include "sdk/cpp/src/models/ledger_models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, Charge& out) {
  in.require("id", out.id);
  in.require("organization", out.organization);
  in.optional("api_key", out.api_key);
  in.optional("hold", out.hold);
  in.require("amount", out.amount);
  in.require("refunded", out.refunded);
  in.optional("operation", out.operation);
  in.optional("engine", out.engine);
  decode_metadata(in, out.metadata);
  in.require("grants", out.grants);
  in.require("balance", out.balance);
  in.require("created_at", out.created_at);
}

void encode(JsonWriter& out, const Charge& charge) {
  out.member("id", charge.id);
  out.member("organization", charge.organization);
  out.member_if_any("api_key", charge.api_key);
  out.member_if_any("hold", charge.hold);
  out.member("amount", charge.amount);
  out.member("refunded", charge.refunded);
  out.member_if_any("operation", charge.operation);
  out.member_if_any("engine", charge.engine);
  if (charge.metadata) out.name("metadata").literal(*charge.metadata);
  encode_member(out, "grants", charge.grants);
  encode_member(out, "balance", charge.balance);
  out.member("created_at", charge.created_at);
}

Result<Charge> Charge::from_json(std::string_view json) { return decode_json<Charge>(json); }
std::string Charge::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, Refund& out) {
  in.require("id", out.id);
  in.require("organization", out.organization);
  in.require("charge", out.charge);
  in.require("amount", out.amount);
  in.require("ended", out.ended);
  in.require("grants", out.grants);
  in.require("balance", out.balance);
  in.require("created_at", out.created_at);
}

void encode(JsonWriter& out, const Refund& refund) {
  out.member("id", refund.id);
  out.member("organization", refund.organization);
  out.member("charge", refund.charge);
  out.member("amount", refund.amount);
  out.member("ended", refund.ended);
  encode_member(out, "grants", refund.grants);
  encode_member(out, "balance", refund.balance);
  out.member("created_at", refund.created_at);
}

Result<Refund> Refund::from_json(std::string_view json) { return decode_json<Refund>(json); }
std::string Refund::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, Hold& out) {
  in.require("id", out.id);
  in.require("organization", out.organization);
  in.optional("api_key", out.api_key);
  in.require("amount", out.amount);
  in.require("captured", out.captured);
  in.require("released", out.released);
  in.require("state", out.state);
  in.require("over_capture", out.over_capture);
  in.require("expires_at", out.expires_at);
}

void encode(JsonWriter& out, const Hold& hold) {
  out.member("id", hold.id);
  out.member("organization", hold.organization);
  out.member_if_any("api_key", hold.api_key);
  out.member("amount", hold.amount);
  out.member("captured", hold.captured);
  out.member("released", hold.released);
  out.member("state", hold.state);
  out.member("over_capture", hold.over_capture);
  out.member("expires_at", hold.expires_at);
}

Result<Hold> Hold::from_json(std::string_view json) { return decode_json<Hold>(json); }
std::string Hold::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, ChangedHold& out) {
  decode(in, static_cast<Hold&>(out));
  in.require("balance", out.balance);
}

void encode(JsonWriter& out, const ChangedHold& hold) {
  encode(out, static_cast<const Hold&>(hold));
  encode_member(out, "balance", hold.balance);
}

Result<ChangedHold> ChangedHold::from_json(std::string_view json) {
  return decode_json<ChangedHold>(json);
}
std::string ChangedHold::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, CapturedHold& out) {
  decode(in, static_cast<ChangedHold&>(out));
  in.require("charge", out.charge);
}

void encode(JsonWriter& out, const CapturedHold& hold) {
  encode(out, static_cast<const ChangedHold&>(hold));
  encode_member(out, "charge", hold.charge);
}

Result<CapturedHold> CapturedHold::from_json(std::string_view json) {
  return decode_json<CapturedHold>(json);
}
std::string CapturedHold::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk
