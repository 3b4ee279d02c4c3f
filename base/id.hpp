// SPDX-License-Identifier: Apache-2.0
// The ids of everything that has one. An id has 128 bits, 48 of milliseconds since 1970 and 80
// random, so that ids sort by the time they were made. It is written as a prefix and 26 characters
// of lower-case Crockford base32 (the layout and alphabet of ULID). The id of something that
// belongs to an organization carries the organization's id in front of its own, so that the id
// alone leads to it; its own has the number of a ledger entry in place of random bits
// (server/ledger/entry_id.hpp). Each kind is a type.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace farthing {

struct Id128 {
  static constexpr std::size_t kTextSize = 26;

  std::array<std::uint8_t, 16> bytes{};

  // Makes a new id. Ids made by one process sort in the order they were made, also within a
  // millisecond, as long as `now` does not go back. Safe to call from any thread.
  static Id128 make(Instant now);
  static std::optional<Id128> parse(std::string_view text);
  void append_to(std::string& text) const;
  std::string_view as_bytes() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // Reads `raw`, which must have 16 bytes.
  static Id128 from_bytes(std::string_view raw) {
    Id128 id;
    std::memcpy(id.bytes.data(), raw.data(), id.bytes.size());
    return id;
  }

  friend auto operator<=>(const Id128&, const Id128&) = default;
  // Compares two words, because every look-up of an id compares ids.
  friend bool operator==(const Id128& a, const Id128& b) {
    std::array<std::uint64_t, 2> words_a{};
    std::array<std::uint64_t, 2> words_b{};
    std::memcpy(words_a.data(), a.bytes.data(), sizeof words_a);
    std::memcpy(words_b.data(), b.bytes.data(), sizeof words_b);
    return ((words_a[0] ^ words_b[0]) | (words_a[1] ^ words_b[1])) == 0;
  }
};

// The last bytes of an id are random or count up, so they are its hash.
struct Id128Hash {
  std::size_t operator()(const Id128& id) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, id.bytes.data() + 8, sizeof hash);
    return hash;
  }
};

// `Kind` names the prefix.
template <class Kind>
struct TypedId {
  Id128 value;

  static TypedId make(Instant now) { return {Id128::make(now)}; }
  static std::optional<TypedId> parse(std::string_view text) {
    if (!text.starts_with(Kind::kPrefix)) return {};
    const auto value = Id128::parse(text.substr(Kind::kPrefix.size()));
    if (!value) return {};
    return TypedId{*value};
  }
  std::string to_string() const {
    std::string text;
    text.reserve(Kind::kPrefix.size() + Id128::kTextSize);
    append_to(text);
    return text;
  }
  void append_to(std::string& text) const {
    text += Kind::kPrefix;
    value.append_to(text);
  }

  friend auto operator<=>(const TypedId&, const TypedId&) = default;
};

struct UserIdKind {
  static constexpr std::string_view kPrefix = "user-";
};
struct OrganizationIdKind {
  static constexpr std::string_view kPrefix = "org-";
};
struct ApiKeyIdKind {
  static constexpr std::string_view kPrefix = "key-";
};
using UserId = TypedId<UserIdKind>;
using OrganizationId = TypedId<OrganizationIdKind>;
using ApiKeyId = TypedId<ApiKeyIdKind>;

// The id of what belongs to an organization.
template <class Kind>
struct OwnedId {
  OrganizationId organization;
  Id128 own;

  static std::optional<OwnedId> parse(std::string_view text) {
    if (!text.starts_with(Kind::kPrefix)) return {};
    text.remove_prefix(Kind::kPrefix.size());
    if (text.size() != 2 * Id128::kTextSize) return {};
    const auto organization = Id128::parse(text.substr(0, Id128::kTextSize));
    const auto own = Id128::parse(text.substr(Id128::kTextSize));
    if (!organization || !own) return {};
    return OwnedId{{*organization}, *own};
  }
  std::string to_string() const {
    std::string text;
    text.reserve(Kind::kPrefix.size() + 2 * Id128::kTextSize);
    append_to(text);
    return text;
  }
  void append_to(std::string& text) const {
    text += Kind::kPrefix;
    organization.value.append_to(text);
    own.append_to(text);
  }

  friend auto operator<=>(const OwnedId&, const OwnedId&) = default;
};

struct GrantIdKind {
  static constexpr std::string_view kPrefix = "grant-";
};
struct ChargeIdKind {
  static constexpr std::string_view kPrefix = "charge-";
};
struct HoldIdKind {
  static constexpr std::string_view kPrefix = "hold-";
};
struct RefundIdKind {
  static constexpr std::string_view kPrefix = "refund-";
};
using GrantId = OwnedId<GrantIdKind>;
using ChargeId = OwnedId<ChargeIdKind>;
using HoldId = OwnedId<HoldIdKind>;
using RefundId = OwnedId<RefundIdKind>;

}  // namespace farthing
