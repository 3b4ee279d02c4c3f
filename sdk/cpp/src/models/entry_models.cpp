// SPDX-License-Identifier: Apache-2.0
#include <farthing/entry_models.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "sdk/cpp/src/models/entry_models_json.hpp"

namespace farthing::sdk {
namespace {

// A member that an entry may have, and the members of what stands there; none: they are not looked
// at.
struct KnownMember {
  std::string_view name;
  std::span<const KnownMember> within = {};
};

constexpr std::array kKey = {KnownMember{"id"}, KnownMember{"caller"}};
constexpr std::array kShare = {KnownMember{"grant"}, KnownMember{"amount"}, KnownMember{"ended"}};
constexpr std::array kTerms = {KnownMember{"amount"}, KnownMember{"effective_at"},
                               KnownMember{"expires_at"}, KnownMember{"priority"},
                               KnownMember{"category"}};
constexpr std::array kReturning = {KnownMember{"grant"}, KnownMember{"terms", kTerms}};
constexpr std::array kHold = {KnownMember{"amount"},       KnownMember{"captured"},
                              KnownMember{"released"},     KnownMember{"expires_at"},
                              KnownMember{"over_capture"}, KnownMember{"state"}};
constexpr std::array kPrice = {KnownMember{"amount"}, KnownMember{"currency"}};
constexpr std::array kEntry = {KnownMember{"version"},
                               KnownMember{"seq"},
                               KnownMember{"kind"},
                               KnownMember{"amount"},
                               KnownMember{"available"},
                               KnownMember{"held"},
                               KnownMember{"at"},
                               KnownMember{"ref"},
                               KnownMember{"parent"},
                               KnownMember{"key", kKey},
                               KnownMember{"operation"},
                               KnownMember{"engine"},
                               KnownMember{"tags"},
                               KnownMember{"reason"},
                               KnownMember{"price_paid", kPrice},
                               KnownMember{"payment_reference"},
                               KnownMember{"metadata"},
                               KnownMember{"metadata_digest"},
                               KnownMember{"metadata_salt"},
                               KnownMember{"erasable_digest"},
                               KnownMember{"erasable_salt"},
                               KnownMember{"grants", kShare},
                               KnownMember{"returning", kReturning},
                               KnownMember{"terms", kTerms},
                               KnownMember{"hold", kHold},
                               KnownMember{"continued"},
                               KnownMember{"idempotency_key"},
                               KnownMember{"fingerprint"},
                               KnownMember{"extension"},
                               KnownMember{"hash"}};

// Adds the paths of the members that are not known to `out`, once each.
void find_unknown(const JsonValue& value, std::span<const KnownMember> known,
                  const std::string& before, std::vector<std::string>& out) {
  if (const auto* array = value.as_array()) {
    for (const JsonValue& element : *array) find_unknown(element, known, before, out);
  }
  const auto* object = value.as_object();
  if (object == nullptr) return;
  for (const JsonMember& member : *object) {
    const auto found = std::ranges::find(known, member.name, &KnownMember::name);
    const std::string path = before + std::string(member.name);
    if (found == known.end()) {
      if (std::ranges::find(out, path) == out.end()) out.push_back(path);
    } else if (!found->within.empty()) {
      find_unknown(member.value, found->within, path + ".", out);
    }
  }
}

}  // namespace

void decode(const FieldReader& in, EntryKey& out) {
  in.require("id", out.id);
  in.optional("caller", out.caller);
}

void encode(JsonWriter& out, const EntryKey& key) {
  out.member("id", key.id);
  out.member_if_any("caller", key.caller);
}

void decode(const FieldReader& in, GrantTerms& out) {
  in.require("amount", out.amount);
  in.require("effective_at", out.effective_at);
  in.optional("expires_at", out.expires_at);
  in.require("priority", out.priority);
  in.require("category", out.category);
}

void encode(JsonWriter& out, const GrantTerms& terms) {
  out.member("amount", terms.amount);
  out.member("effective_at", terms.effective_at);
  out.member_if_any("expires_at", terms.expires_at);
  out.name("priority").integer(terms.priority);
  out.member("category", terms.category);
}

void decode(const FieldReader& in, ReturningGrant& out) {
  in.require("grant", out.grant);
  in.require("terms", out.terms);
}

void encode(JsonWriter& out, const ReturningGrant& grant) {
  out.member("grant", grant.grant);
  encode_member(out, "terms", grant.terms);
}

void decode(const FieldReader& in, EntryHold& out) {
  in.require("amount", out.amount);
  in.require("captured", out.captured);
  in.require("released", out.released);
  in.require("expires_at", out.expires_at);
  in.require("over_capture", out.over_capture);
  in.require("state", out.state);
}

void encode(JsonWriter& out, const EntryHold& hold) {
  out.member("amount", hold.amount);
  out.member("captured", hold.captured);
  out.member("released", hold.released);
  out.member("expires_at", hold.expires_at);
  out.member("over_capture", hold.over_capture);
  out.member("state", hold.state);
}

void decode(const FieldReader& in, EntryPrice& out) {
  in.require("amount", out.amount);
  in.require("currency", out.currency);
}

void encode(JsonWriter& out, const EntryPrice& price) {
  out.member("amount", price.amount);
  out.member("currency", price.currency);
}

// An object whose members are all texts.
struct Tags {
  std::vector<EntryTag> list;
};

void decode(const FieldReader& in, Tags& out) {
  if (!in.is(JsonType::object)) return;
  for (const JsonMember& member : *in.value().as_object()) {
    EntryTag& tag = out.list.emplace_back();
    tag.name = member.name;
    decode(in.child(member.value, member.name), tag.value);
  }
}

void encode_tags(JsonWriter& out, const std::vector<EntryTag>& tags) {
  if (tags.empty()) return;
  out.name("tags").begin_object();
  for (const EntryTag& tag : tags) out.member(tag.name, tag.value);
  out.end_object();
}

void decode(const FieldReader& in, LedgerEntry& out) {
  std::optional<std::int64_t> version;
  in.optional("version", version);
  out.version = version.value_or(1);
  in.require("seq", out.seq);
  in.require("kind", out.kind);
  in.require("amount", out.amount);
  in.require("available", out.available);
  in.require("held", out.held);
  in.require("at", out.at);
  in.require("ref", out.ref);
  in.optional("parent", out.parent);
  in.optional("key", out.key);
  in.optional("operation", out.operation);
  in.optional("engine", out.engine);
  std::optional<Tags> tags;
  in.optional("tags", tags);
  if (tags) out.tags = std::move(tags->list);
  in.optional("reason", out.reason);
  in.optional("price_paid", out.price_paid);
  in.optional("payment_reference", out.payment_reference);
  decode_metadata(in, out.metadata);
  in.optional("metadata_digest", out.metadata_digest);
  in.optional("metadata_salt", out.metadata_salt);
  in.optional("erasable_digest", out.erasable_digest);
  in.optional("erasable_salt", out.erasable_salt);
  in.require("grants", out.grants);
  std::optional<std::vector<ReturningGrant>> returning;
  in.optional("returning", returning);
  if (returning) out.returning = *std::move(returning);
  in.optional("terms", out.terms);
  in.optional("hold", out.hold);
  decode_flag(in, "continued", out.is_continued);
  in.optional("extension", out.extension);
  in.optional("idempotency_key", out.idempotency_key);
  in.optional("fingerprint", out.fingerprint);
  in.require("hash", out.hash);
  find_unknown(in.value(), kEntry, "", out.unknown_members);
}

void encode(JsonWriter& out, const LedgerEntry& entry) {
  if (entry.version > 1) out.name("version").integer(entry.version);
  out.name("seq").integer(entry.seq);
  out.member("kind", entry.kind);
  out.member("amount", entry.amount);
  out.member("available", entry.available);
  out.member("held", entry.held);
  out.member("at", entry.at);
  out.member("ref", entry.ref);
  out.member_if_any("parent", entry.parent);
  if (entry.key) encode_member(out, "key", *entry.key);
  out.member_if_any("operation", entry.operation);
  out.member_if_any("engine", entry.engine);
  encode_tags(out, entry.tags);
  out.member_if_any("reason", entry.reason);
  if (entry.price_paid) encode_member(out, "price_paid", *entry.price_paid);
  out.member_if_any("payment_reference", entry.payment_reference);
  if (entry.metadata) out.name("metadata").literal(*entry.metadata);
  out.member_if_any("metadata_digest", entry.metadata_digest);
  out.member_if_any("metadata_salt", entry.metadata_salt);
  out.member_if_any("erasable_digest", entry.erasable_digest);
  out.member_if_any("erasable_salt", entry.erasable_salt);
  encode_member(out, "grants", entry.grants);
  if (!entry.returning.empty()) encode_member(out, "returning", entry.returning);
  if (entry.terms) encode_member(out, "terms", *entry.terms);
  if (entry.hold) encode_member(out, "hold", *entry.hold);
  if (entry.is_continued) out.name("continued").boolean(true);
  out.member_if_any("extension", entry.extension);
  out.member_if_any("idempotency_key", entry.idempotency_key);
  out.member_if_any("fingerprint", entry.fingerprint);
  out.member("hash", entry.hash);
}

Result<LedgerEntry> LedgerEntry::from_json(std::string_view json) {
  return decode_json<LedgerEntry>(json);
}
std::string LedgerEntry::to_json() const { return encode_json(*this); }

void decode(const FieldReader& in, Outcome& out) {
  in.require("idempotency_key", out.idempotency_key);
  in.require("entries", out.entries);
}

void encode(JsonWriter& out, const Outcome& outcome) {
  out.member("idempotency_key", outcome.idempotency_key);
  encode_member(out, "entries", outcome.entries);
}

Result<Outcome> Outcome::from_json(std::string_view json) { return decode_json<Outcome>(json); }
std::string Outcome::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk
