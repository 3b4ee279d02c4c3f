// SPDX-License-Identifier: Apache-2.0
#include "cli/files/wire_entry.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "base/digest.hpp"

namespace farthing::cli {
namespace {

// Reads members and remembers the first that is not what the API promises.
class WireReader {
 public:
  explicit WireReader(OrganizationId organization) : organization_(organization) {}

  template <class T>
  T expect(std::string_view member, std::optional<T> value) {
    if (!value && fault_.empty()) fault_ = member;
    return value ? *std::move(value) : T();
  }

  void expect_none(std::string_view member, const std::optional<std::string>& text) {
    if (text && fault_.empty()) fault_ = member;
  }

  // Accepts the one spelling that the API has for an instant.
  Instant instant(std::string_view member, const std::string& text) {
    auto instant = Instant::parse(text);
    if (instant && instant->to_string() != text) instant.reset();
    return expect(member, instant);
  }
  std::optional<Instant> instant_if_any(std::string_view member,
                                        const std::optional<std::string>& text) {
    if (!text) return {};
    return instant(member, *text);
  }

  // Returns the own part of an id of that kind that belongs to this organization.
  template <class Kind>
  Id128 own_id(std::string_view member, std::string_view text) {
    const auto owned = OwnedId<Kind>::parse(text);
    const bool is_good = owned && owned->organization == organization_;
    return expect(member, is_good ? std::optional(owned->own) : no_id());
  }

  // Returns the id of what the entry has made or changed; that of a limit is the organization's.
  Id128 subject(verify::Kind kind, const std::string& ref) {
    switch (kind) {
      case verify::Kind::grant:
      case verify::Kind::activate:
      case verify::Kind::expire:
      case verify::Kind::void_:
        return own_id<GrantIdKind>("ref", ref);
      case verify::Kind::charge:
      case verify::Kind::capture:
      case verify::Kind::repay:
        return own_id<ChargeIdKind>("ref", ref);
      case verify::Kind::hold:
      case verify::Kind::extend:
      case verify::Kind::release:
        return own_id<HoldIdKind>("ref", ref);
      case verify::Kind::refund:
        return own_id<RefundIdKind>("ref", ref);
      case verify::Kind::limit:
        break;
    }
    const auto organization = OrganizationId::parse(ref);
    return expect("ref", organization ? std::optional(organization->value) : no_id());
  }

  // Returns the id of the hold that was captured, or of the charge that was refunded.
  std::optional<Id128> parent(verify::Kind kind, const std::optional<std::string>& text) {
    if (!text) return {};
    if (kind == verify::Kind::capture) return own_id<HoldIdKind>("parent", *text);
    return own_id<ChargeIdKind>("parent", *text);
  }

  std::optional<Id128> api_key(std::string_view member, const std::optional<std::string>& text) {
    if (!text) return {};
    const auto id = ApiKeyId::parse(*text);
    return expect(member, id ? std::optional(id->value) : no_id());
  }

  // Reads bytes in hex: `size` of them, or none.
  std::string bytes(std::string_view member, const std::optional<std::string>& hex,
                    std::size_t size) {
    if (!hex) return {};
    std::optional<std::string> bytes = from_hex(*hex);
    if (bytes && bytes->size() != size) bytes.reset();
    return expect(member, std::move(bytes));
  }

  const std::string& fault() const { return fault_; }

 private:
  static std::optional<Id128> no_id() { return {}; }

  OrganizationId organization_;
  std::string fault_;
};

verify::Terms to_terms(WireReader& in, const sdk::GrantTerms& terms) {
  using Limits = std::numeric_limits<std::int32_t>;
  const bool is_in_range = terms.priority >= Limits::min() && terms.priority <= Limits::max();
  return {.amount = terms.amount,
          .effective_at = in.instant("effective_at", terms.effective_at),
          .priority = in.expect(
              "priority", is_in_range ? std::optional(static_cast<std::int32_t>(terms.priority))
                                      : std::nullopt),
          .category = in.expect("category", verify::find_category(terms.category)),
          .expires_at = in.instant_if_any("expires_at", terms.expires_at)};
}

verify::HoldStatus to_hold(WireReader& in, const sdk::EntryHold& hold) {
  return {.amount = hold.amount,
          .captured = hold.captured,
          .released = hold.released,
          .expires_at = in.instant("expires_at", hold.expires_at),
          .over_capture = in.expect("over_capture", verify::find_over_capture(hold.over_capture)),
          .state = in.expect("state", verify::find_hold_state(hold.state))};
}

void read_parts(WireReader& in, const sdk::LedgerEntry& from, verify::Entry& to) {
  for (const sdk::GrantShare& share : from.grants) {
    to.parts.push_back({.grant = in.own_id<GrantIdKind>("grant", share.grant),
                        .amount = share.amount,
                        .has_ended = share.has_ended});
  }
  for (const sdk::ReturningGrant& lot : from.returning) {
    to.returning.push_back(
        {.grant = in.own_id<GrantIdKind>("grant", lot.grant), .terms = to_terms(in, lot.terms)});
  }
  if (from.terms) to.terms = to_terms(in, *from.terms);
  if (from.hold) to.hold = to_hold(in, *from.hold);
}

void read_origin(WireReader& in, const sdk::LedgerEntry& from, verify::Entry& to) {
  if (from.key) {
    to.api_key = in.api_key("key", from.key->id);
    to.caller_key = in.api_key("caller", from.key->caller);
  }
  to.idempotency_key = from.idempotency_key.value_or("");
  const std::string fingerprint = in.bytes("fingerprint", from.fingerprint, to.fingerprint.size());
  std::copy(fingerprint.begin(), fingerprint.end(), to.fingerprint.begin());
  to.operation = from.operation.value_or("");
  to.model = from.model.value_or("");
  for (const sdk::Tag& tag : from.tags) to.tags.push_back({tag.name, tag.value});
  if (from.price_paid) {
    to.price_paid = {.nano = from.price_paid->amount.nano(), .currency = from.price_paid->currency};
  }
}

// Reads the digest and the salt under the names that the entry's version gives them.
void read_texts(WireReader& in, const sdk::LedgerEntry& from, verify::SealedEntry& to) {
  constexpr std::size_t kSaltBytes = 16;
  const bool is_first_version = from.version == 1;
  to.texts = {.metadata = from.metadata.value_or(""),
              .reason = from.reason.value_or(""),
              .payment_reference = from.payment_reference.value_or("")};
  to.texts.salt = is_first_version ? in.bytes("metadata_salt", from.metadata_salt, kSaltBytes)
                                   : in.bytes("erasable_salt", from.erasable_salt, kSaltBytes);
  // A salt goes with its texts, and each version has names of its own.
  if (to.texts.is_empty()) {
    in.expect_none("metadata_salt", from.metadata_salt);
    in.expect_none("erasable_salt", from.erasable_salt);
  }
  in.expect_none(is_first_version ? "erasable_salt" : "metadata_salt",
                 is_first_version ? from.erasable_salt : from.metadata_salt);
  in.expect_none(is_first_version ? "erasable_digest" : "metadata_digest",
                 is_first_version ? from.erasable_digest : from.metadata_digest);
  to.entry.erasable_digest =
      is_first_version ? in.bytes("metadata_digest", from.metadata_digest, Digest().size())
                       : in.bytes("erasable_digest", from.erasable_digest, Digest().size());
}

}  // namespace

BasicResult<verify::SealedEntry, std::string> to_sealed(OrganizationId organization,
                                                        const sdk::LedgerEntry& entry) {
  constexpr std::int64_t kLastVersion = 2;
  if (!entry.unknown_members.empty()) return entry.unknown_members.front();
  WireReader in(organization);
  verify::SealedEntry sealed;
  verify::Entry& to = sealed.entry;
  const bool is_known = entry.version >= 1 && entry.version <= kLastVersion;
  to.version = in.expect(
      "version", is_known ? std::optional(static_cast<std::uint8_t>(entry.version)) : std::nullopt);
  to.organization = organization;
  to.seq = static_cast<std::uint64_t>(entry.seq);
  to.kind = in.expect("kind", verify::find_kind(entry.kind));
  to.is_continued = entry.is_continued;
  to.at = in.instant("at", entry.at);
  to.subject = in.subject(to.kind, entry.ref);
  to.parent = in.parent(to.kind, entry.parent);
  to.amount = entry.amount;
  to.available = entry.available;
  to.held = entry.held;
  read_parts(in, entry, to);
  read_origin(in, entry, to);
  if (entry.extension) to.extension = in.expect("extension", from_hex(*entry.extension));
  read_texts(in, entry, sealed);
  const std::string hash = in.bytes("hash", std::optional(entry.hash), sealed.hash.size());
  std::copy(hash.begin(), hash.end(), sealed.hash.begin());
  if (!in.fault().empty()) return in.fault();
  sealed.canonical = verify::encode_canonical(to);
  return sealed;
}

}  // namespace farthing::cli
