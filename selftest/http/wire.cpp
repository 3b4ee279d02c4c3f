// SPDX-License-Identifier: Apache-2.0
#include "selftest/http/wire.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/digest.hpp"

namespace farthing::selftest {
namespace {

// Reads members and remembers whether one was not as the API promises.
class Reader {
 public:
  explicit Reader(OrganizationId organization) : organization_(organization) {}

  template <class T>
  T expect(std::optional<T> value) {
    is_good_ = is_good_ && value.has_value();
    return value ? *std::move(value) : T();
  }

  // Returns the own part of an id of any kind; for a limit, the organization's id.
  Id128 own_id(std::string_view text) {
    if (const auto organization = OrganizationId::parse(text)) return organization->value;
    const std::size_t dash = std::min(text.find('-'), text.size() - 1);
    const auto id = GrantId::parse(std::string(GrantIdKind::kPrefix).append(text.substr(dash + 1)));
    is_good_ = is_good_ && id && id->organization == organization_;
    return id ? id->own : Id128();
  }

  std::optional<ApiKeyId> key_if_any(const std::optional<std::string>& text) {
    if (!text) return {};
    return expect(ApiKeyId::parse(*text));
  }
  std::optional<Instant> instant_if_any(const std::optional<std::string>& text) {
    if (!text) return {};
    return expect(Instant::parse(*text));
  }

  // Reads hex digits into exactly as many bytes as `into` has.
  template <class Bytes>
  void bytes(std::string_view hex, Bytes& into) {
    const std::string raw = expect(from_hex(hex));
    is_good_ = is_good_ && raw.size() == into.size();
    if (is_good_) std::copy(raw.begin(), raw.end(), into.begin());
  }

  bool is_good() const { return is_good_; }

 private:
  OrganizationId organization_;
  bool is_good_ = true;
};

ledger::GrantTerms to_terms(Reader& in, const sdk::GrantTerms& terms) {
  return {.amount = terms.amount,
          .effective_at = in.expect(Instant::parse(terms.effective_at)),
          .expires_at = in.instant_if_any(terms.expires_at),
          .priority = static_cast<std::int32_t>(terms.priority),
          .category = in.expect(ledger::parse_grant_category(terms.category))};
}

ledger::HoldStatus to_hold(Reader& in, const sdk::EntryHold& hold) {
  ledger::HoldStatus status{
      .amount = hold.amount,
      .captured = hold.captured,
      .released = hold.released,
      .expires_at = in.expect(Instant::parse(hold.expires_at)),
      .over_capture = in.expect(ledger::parse_over_capture(hold.over_capture))};
  using enum ledger::HoldState;
  for (const ledger::HoldState state : {open, captured, released, expired}) {
    if (hold.state == ledger::to_string(state)) status.state = state;
  }
  return status;
}

void read_texts(Reader& in, const sdk::LedgerEntry& wire, ledger::Erasable& texts) {
  texts.metadata = wire.metadata.value_or("");
  texts.reason = wire.reason.value_or("");
  texts.payment_reference = wire.payment_reference.value_or("");
  if (wire.erasable_salt) in.bytes(*wire.erasable_salt, texts.salt);
  if (!texts.is_empty() || !wire.erasable_digest) return;
  in.bytes(*wire.erasable_digest, texts.erased.emplace());
}

void read_origin(Reader& in, const sdk::LedgerEntry& wire, ledger::Origin& origin) {
  if (wire.key) {
    origin.api_key = in.key_if_any(wire.key->id);
    origin.caller_key = in.key_if_any(wire.key->caller);
  }
  origin.idempotency_key = wire.idempotency_key.value_or("");
  if (wire.fingerprint) in.bytes(*wire.fingerprint, origin.fingerprint);
  origin.operation = wire.operation.value_or("");
  origin.model = wire.model.value_or("");
  read_texts(in, wire, origin.erasable);
  for (const sdk::Tag& tag : wire.tags) origin.tags.push_back({tag.name, tag.value});
  if (wire.price_paid) {
    origin.price_paid = {.nano = wire.price_paid->amount.nano(),
                         .currency = wire.price_paid->currency};
  }
}

}  // namespace

std::optional<ledger::Entry> to_entry(OrganizationId organization, const sdk::LedgerEntry& wire) {
  Reader in(organization);
  ledger::Entry entry;
  entry.version = in.expect(
      wire.version == ledger::kEntryVersion ? std::optional(ledger::kEntryVersion) : std::nullopt);
  entry.organization = organization;
  entry.seq = static_cast<std::uint64_t>(wire.seq);
  entry.kind = in.expect(ledger::parse_entry_kind(wire.kind));
  entry.is_continued = wire.is_continued;
  entry.at = in.expect(Instant::parse(wire.at));
  entry.subject = in.own_id(wire.ref);
  if (wire.parent) entry.parent = in.own_id(*wire.parent);
  entry.amount = wire.amount;
  entry.available = wire.available;
  entry.held = wire.held;
  for (const sdk::GrantShare& share : wire.grants) {
    entry.lots.push_back(
        {.grant = in.own_id(share.grant), .amount = share.amount, .has_ended = share.has_ended});
  }
  for (const sdk::ReturningGrant& lot : wire.returning) {
    entry.returning.push_back({.grant = in.own_id(lot.grant), .terms = to_terms(in, lot.terms)});
  }
  if (wire.terms) entry.terms = to_terms(in, *wire.terms);
  if (wire.hold) entry.hold = to_hold(in, *wire.hold);
  read_origin(in, wire, entry.origin);
  if (wire.extension) entry.extension = in.expect(from_hex(*wire.extension));
  in.bytes(wire.hash, entry.hash);
  if (!in.is_good()) return {};
  return entry;
}

std::optional<Error> to_error(const sdk::Failure& failure) {
  if (!failure.error) return {};
  const auto traits = all_error_traits();
  const auto known = std::ranges::find(traits, failure.error->name, &ErrorTraits::name);
  if (known == traits.end() || known->status != failure.status) return {};
  Error error = make_error(known->code);
  error.message = failure.error->message;
  for (const sdk::ExtraField& extra : failure.error->extra) {
    const std::string value = failure.error->detail(extra.name).value_or("");
    if (extra.name == "field") {
      error.field = value;
    } else {
      error.details.push_back({extra.name, value});
    }
  }
  return error;
}

}  // namespace farthing::selftest
