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

void encode(JsonObjectWriter& out, const Charge& charge) {
  out.text("id", charge.id);
  out.text("organization", charge.organization);
  out.optional_text("api_key", charge.api_key);
  out.optional_text("hold", charge.hold);
  out.amount("amount", charge.amount);
  out.amount("refunded", charge.refunded);
  out.optional_text("operation", charge.operation);
  out.optional_text("engine", charge.engine);
  out.optional_json("metadata", charge.metadata);
  encode_member(out, "grants", charge.grants);
  encode_member(out, "balance", charge.balance);
  out.text("created_at", charge.created_at);
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

void encode(JsonObjectWriter& out, const Refund& refund) {
  out.text("id", refund.id);
  out.text("organization", refund.organization);
  out.text("charge", refund.charge);
  out.amount("amount", refund.amount);
  out.amount("ended", refund.ended);
  encode_member(out, "grants", refund.grants);
  encode_member(out, "balance", refund.balance);
  out.text("created_at", refund.created_at);
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

void encode(JsonObjectWriter& out, const Hold& hold) {
  out.text("id", hold.id);
  out.text("organization", hold.organization);
  out.optional_text("api_key", hold.api_key);
  out.amount("amount", hold.amount);
  out.amount("captured", hold.captured);
  out.amount("released", hold.released);
  out.text("state", hold.state);
  out.text("over_capture", hold.over_capture);
  out.text("expires_at", hold.expires_at);
}

Result<Hold> Hold::from_json(std::string_view json) { return decode_json<Hold>(json); }
std::string Hold::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, ChangedHold& out) {
  decode(in, static_cast<Hold&>(out));
  in.require("balance", out.balance);
}

void encode(JsonObjectWriter& out, const ChangedHold& hold) {
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

void encode(JsonObjectWriter& out, const CapturedHold& hold) {
  encode(out, static_cast<const ChangedHold&>(hold));
  encode_member(out, "charge", hold.charge);
}

Result<CapturedHold> CapturedHold::from_json(std::string_view json) {
  return decode_json<CapturedHold>(json);
}
std::string CapturedHold::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk
