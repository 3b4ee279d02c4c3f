// SPDX-License-Identifier: Apache-2.0
#include <farthing/story_models.hpp>

#include "sdk/cpp/src/models/story_models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, RefundStep& out) {
  in.require("id", out.id);
  in.require("amount", out.amount);
  in.require("ended", out.ended);
  in.require("grants", out.grants);
  in.require("created_at", out.created_at);
}

void encode(JsonObjectWriter& out, const RefundStep& refund) {
  out.text("id", refund.id);
  out.amount("amount", refund.amount);
  out.amount("ended", refund.ended);
  encode_member(out, "grants", refund.grants);
  out.text("created_at", refund.created_at);
}

void decode(const FieldReader& in, ChargeStory& out) {
  decode(in, static_cast<Charge&>(out));
  in.require("refunds", out.refunds);
  decode_flag(in, "has_more", out.has_more);
}

void encode(JsonObjectWriter& out, const ChargeStory& charge) {
  encode(out, static_cast<const Charge&>(charge));
  encode_member(out, "refunds", charge.refunds);
  if (charge.has_more) out.boolean("has_more", true);
}

Result<ChargeStory> ChargeStory::from_json(std::string_view json) {
  return decode_json<ChargeStory>(json);
}
std::string ChargeStory::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, HoldExtension& out) {
  in.require("expires_at", out.expires_at);
  in.require("at", out.at);
}

void encode(JsonObjectWriter& out, const HoldExtension& extension) {
  out.text("expires_at", extension.expires_at);
  out.text("at", extension.at);
}

void decode(const FieldReader& in, HoldCapture& out) {
  in.require("charge", out.charge);
  in.require("amount", out.amount);
  in.require("at", out.at);
}

void encode(JsonObjectWriter& out, const HoldCapture& capture) {
  out.text("charge", capture.charge);
  out.amount("amount", capture.amount);
  out.text("at", capture.at);
}

void decode(const FieldReader& in, HoldRelease& out) {
  in.require("amount", out.amount);
  in.require("at", out.at);
}

void encode(JsonObjectWriter& out, const HoldRelease& release) {
  out.amount("amount", release.amount);
  out.text("at", release.at);
}

void decode(const FieldReader& in, HoldStory& out) {
  decode(in, static_cast<Hold&>(out));
  in.optional("operation", out.operation);
  in.optional("engine", out.engine);
  decode_metadata(in, out.metadata);
  in.require("grants", out.grants);
  in.require("extensions", out.extensions);
  in.require("captures", out.captures);
  in.require("releases", out.releases);
  decode_flag(in, "has_more", out.has_more);
  in.require("balance", out.balance);
  in.require("created_at", out.created_at);
}

void encode(JsonObjectWriter& out, const HoldStory& hold) {
  encode(out, static_cast<const Hold&>(hold));
  out.optional_text("operation", hold.operation);
  out.optional_text("engine", hold.engine);
  out.optional_json("metadata", hold.metadata);
  encode_member(out, "grants", hold.grants);
  encode_member(out, "extensions", hold.extensions);
  encode_member(out, "captures", hold.captures);
  encode_member(out, "releases", hold.releases);
  if (hold.has_more) out.boolean("has_more", true);
  encode_member(out, "balance", hold.balance);
  out.text("created_at", hold.created_at);
}

Result<HoldStory> HoldStory::from_json(std::string_view json) {
  return decode_json<HoldStory>(json);
}
std::string HoldStory::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, GrantPart& out) {
  in.require("grant", out.grant);
  in.require("category", out.category);
  in.require("priority", out.priority);
  in.require("effective_at", out.effective_at);
  in.optional("expires_at", out.expires_at);
  in.require("paid", out.paid);
  in.require("repaid", out.repaid);
  in.require("refunded", out.refunded);
  in.require("ended", out.ended);
}

void encode(JsonObjectWriter& out, const GrantPart& grant) {
  out.text("grant", grant.grant);
  out.text("category", grant.category);
  out.integer("priority", grant.priority);
  out.text("effective_at", grant.effective_at);
  out.optional_text("expires_at", grant.expires_at);
  out.amount("paid", grant.paid);
  out.amount("repaid", grant.repaid);
  out.amount("refunded", grant.refunded);
  out.amount("ended", grant.ended);
}

void decode(const FieldReader& in, ChargeDebt& out) {
  in.require("incurred", out.incurred);
  in.require("repaid", out.repaid);
  in.require("refunded", out.refunded);
  in.require("owed", out.owed);
}

void encode(JsonObjectWriter& out, const ChargeDebt& debt) {
  out.amount("incurred", debt.incurred);
  out.amount("repaid", debt.repaid);
  out.amount("refunded", debt.refunded);
  out.amount("owed", debt.owed);
}

void decode(const FieldReader& in, ChargeStep& out) {
  in.require("kind", out.kind);
  in.optional("refund", out.refund);
  in.require("amount", out.amount);
  in.optional("debt", out.debt);
  in.require("grants", out.grants);
  in.require("at", out.at);
}

void encode(JsonObjectWriter& out, const ChargeStep& step) {
  out.text("kind", step.kind);
  out.optional_text("refund", step.refund);
  out.amount("amount", step.amount);
  out.optional_amount("debt", step.debt);
  encode_member(out, "grants", step.grants);
  out.text("at", step.at);
}

void decode(const FieldReader& in, ChargeExplanation& out) {
  in.require("charge", out.charge);
  in.require("grants", out.grants);
  in.require("debt", out.debt);
  in.require("steps", out.steps);
  decode_flag(in, "has_more", out.has_more);
}

void encode(JsonObjectWriter& out, const ChargeExplanation& explanation) {
  encode_member(out, "charge", explanation.charge);
  encode_member(out, "grants", explanation.grants);
  encode_member(out, "debt", explanation.debt);
  encode_member(out, "steps", explanation.steps);
  if (explanation.has_more) out.boolean("has_more", true);
}

Result<ChargeExplanation> ChargeExplanation::from_json(std::string_view json) {
  return decode_json<ChargeExplanation>(json);
}
std::string ChargeExplanation::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk
