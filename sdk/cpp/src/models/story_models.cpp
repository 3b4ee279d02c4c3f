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

void encode(JsonWriter& out, const RefundStep& refund) {
  out.member("id", refund.id);
  out.member("amount", refund.amount);
  out.member("ended", refund.ended);
  encode_member(out, "grants", refund.grants);
  out.member("created_at", refund.created_at);
}

void decode(const FieldReader& in, ChargeStory& out) {
  decode(in, static_cast<Charge&>(out));
  in.require("refunds", out.refunds);
  decode_flag(in, "has_more", out.has_more);
}

void encode(JsonWriter& out, const ChargeStory& charge) {
  encode(out, static_cast<const Charge&>(charge));
  encode_member(out, "refunds", charge.refunds);
  if (charge.has_more) out.name("has_more").boolean(true);
}

Result<ChargeStory> ChargeStory::from_json(std::string_view json) {
  return decode_json<ChargeStory>(json);
}
std::string ChargeStory::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, HoldExtension& out) {
  in.require("expires_at", out.expires_at);
  in.require("at", out.at);
}

void encode(JsonWriter& out, const HoldExtension& extension) {
  out.member("expires_at", extension.expires_at);
  out.member("at", extension.at);
}

void decode(const FieldReader& in, HoldCapture& out) {
  in.require("charge", out.charge);
  in.require("amount", out.amount);
  in.require("at", out.at);
}

void encode(JsonWriter& out, const HoldCapture& capture) {
  out.member("charge", capture.charge);
  out.member("amount", capture.amount);
  out.member("at", capture.at);
}

void decode(const FieldReader& in, HoldRelease& out) {
  in.require("amount", out.amount);
  in.require("at", out.at);
}

void encode(JsonWriter& out, const HoldRelease& release) {
  out.member("amount", release.amount);
  out.member("at", release.at);
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

void encode(JsonWriter& out, const HoldStory& hold) {
  encode(out, static_cast<const Hold&>(hold));
  out.member_if_any("operation", hold.operation);
  out.member_if_any("engine", hold.engine);
  if (hold.metadata) out.name("metadata").literal(*hold.metadata);
  encode_member(out, "grants", hold.grants);
  encode_member(out, "extensions", hold.extensions);
  encode_member(out, "captures", hold.captures);
  encode_member(out, "releases", hold.releases);
  if (hold.has_more) out.name("has_more").boolean(true);
  encode_member(out, "balance", hold.balance);
  out.member("created_at", hold.created_at);
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

void encode(JsonWriter& out, const GrantPart& grant) {
  out.member("grant", grant.grant);
  out.member("category", grant.category);
  out.name("priority").integer(grant.priority);
  out.member("effective_at", grant.effective_at);
  out.member_if_any("expires_at", grant.expires_at);
  out.member("paid", grant.paid);
  out.member("repaid", grant.repaid);
  out.member("refunded", grant.refunded);
  out.member("ended", grant.ended);
}

void decode(const FieldReader& in, ChargeDebt& out) {
  in.require("incurred", out.incurred);
  in.require("repaid", out.repaid);
  in.require("refunded", out.refunded);
  in.require("owed", out.owed);
}

void encode(JsonWriter& out, const ChargeDebt& debt) {
  out.member("incurred", debt.incurred);
  out.member("repaid", debt.repaid);
  out.member("refunded", debt.refunded);
  out.member("owed", debt.owed);
}

void decode(const FieldReader& in, ChargeStep& out) {
  in.require("kind", out.kind);
  in.optional("refund", out.refund);
  in.require("amount", out.amount);
  in.optional("debt", out.debt);
  in.require("grants", out.grants);
  in.require("at", out.at);
}

void encode(JsonWriter& out, const ChargeStep& step) {
  out.member("kind", step.kind);
  out.member_if_any("refund", step.refund);
  out.member("amount", step.amount);
  out.member_if_any("debt", step.debt);
  encode_member(out, "grants", step.grants);
  out.member("at", step.at);
}

void decode(const FieldReader& in, ChargeExplanation& out) {
  in.require("charge", out.charge);
  in.require("grants", out.grants);
  in.require("debt", out.debt);
  in.require("steps", out.steps);
  decode_flag(in, "has_more", out.has_more);
}

void encode(JsonWriter& out, const ChargeExplanation& explanation) {
  encode_member(out, "charge", explanation.charge);
  encode_member(out, "grants", explanation.grants);
  encode_member(out, "debt", explanation.debt);
  encode_member(out, "steps", explanation.steps);
  if (explanation.has_more) out.name("has_more").boolean(true);
}

Result<ChargeExplanation> ChargeExplanation::from_json(std::string_view json) {
  return decode_json<ChargeExplanation>(json);
}
std::string ChargeExplanation::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk
