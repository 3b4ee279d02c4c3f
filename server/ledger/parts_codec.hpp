// SPDX-License-Identifier: Apache-2.0
// The stored form of the small parts that entries and states share. Stored: never change what these
// write (docs/reference/formats.md).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/grant_terms.hpp"
#include "server/ledger/hold_status.hpp"

namespace farthing::ledger {

// Optional values: a flag byte, then the value if there is one.
inline void append_instant(const std::optional<Instant>& instant, std::string& out) {
  ByteWriter writer(out);
  writer.fixed<std::uint8_t>(instant ? 1 : 0);
  if (instant) writer.fixed(instant->us());
}

inline std::optional<Instant> read_instant(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() == 0) return {};
  return Instant::from_us(reader.fixed<std::int64_t>());
}

inline Id128 read_id(ByteReader& reader) {
  const std::string_view raw = reader.raw(16);
  return raw.size() == 16 ? Id128::from_bytes(raw) : Id128{};
}

inline void append_key(const std::optional<ApiKeyId>& key, std::string& out) {
  ByteWriter writer(out);
  writer.fixed<std::uint8_t>(key ? 1 : 0);
  if (key) writer.raw(key->value.as_bytes());
}

inline std::optional<ApiKeyId> read_key(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() == 0) return {};
  return ApiKeyId{read_id(reader)};
}

// Reads a digest, a fingerprint or a salt.
template <class Array>
Array read_array(ByteReader& reader) {
  Array array{};
  std::ranges::copy(reader.raw(array.size()), array.begin());
  return array;
}

inline Digest read_digest(ByteReader& reader) { return read_array<Digest>(reader); }

inline void append_encoded(const GrantTerms& terms, std::string& out) {
  ByteWriter(out)
      .fixed(terms.amount.nano())
      .fixed(terms.effective_at.us())
      .fixed(terms.priority)
      .fixed(static_cast<std::uint8_t>(terms.category));
  append_instant(terms.expires_at, out);
}

inline Credits read_credits(ByteReader& reader) {
  return Credits::from_nano(reader.fixed<std::int64_t>());
}

// Writes an amount that may be below zero and is mostly small: a varint of twice the amount, or
// below zero of twice its distance from zero, less one.
inline void append_signed(Credits amount, std::string& out) {
  const auto bits = static_cast<std::uint64_t>(amount.nano());
  ByteWriter(out).varint(amount.nano() < 0 ? ~(bits << 1) : bits << 1);
}

inline Credits read_signed(ByteReader& reader) {
  const std::uint64_t bits = reader.varint();
  return Credits::from_nano(static_cast<std::int64_t>((bits & 1) == 0 ? bits >> 1 : ~(bits >> 1)));
}

inline void append_encoded(const HoldStatus& hold, std::string& out) {
  ByteWriter(out)
      .fixed(hold.amount.nano())
      .fixed(hold.captured.nano())
      .fixed(hold.released.nano())
      .fixed(hold.expires_at.us())
      .fixed(static_cast<std::uint8_t>(hold.over_capture))
      .fixed(static_cast<std::uint8_t>(hold.state));
}

// Returns nothing when the bytes are not those of a hold's status.
inline std::optional<HoldStatus> read_hold(ByteReader& reader) {
  HoldStatus hold;
  hold.amount = read_credits(reader);
  hold.captured = read_credits(reader);
  hold.released = read_credits(reader);
  hold.expires_at = Instant::from_us(reader.fixed<std::int64_t>());
  hold.over_capture = static_cast<OverCapture>(reader.fixed<std::uint8_t>());
  hold.state = static_cast<HoldState>(reader.fixed<std::uint8_t>());
  if (to_string(hold.over_capture).empty() || to_string(hold.state).empty()) return {};
  return hold;
}

inline void append_lot_amounts(const std::vector<LotAmount>& lots, std::string& out) {
  ByteWriter writer(out);
  writer.varint(lots.size());
  for (const LotAmount& lot : lots) {
    writer.raw(lot.grant.as_bytes())
        .fixed(lot.amount.nano())
        .fixed(static_cast<std::uint8_t>(lot.has_ended));
  }
}

inline std::vector<LotAmount> read_lot_amounts(ByteReader& reader) {
  std::vector<LotAmount> lots;
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    LotAmount& lot = lots.emplace_back();
    lot.grant = read_id(reader);
    lot.amount = read_credits(reader);
    lot.has_ended = reader.fixed<std::uint8_t>() != 0;
  }
  return lots;
}

// Returns nothing when the bytes are not those of terms.
inline std::optional<GrantTerms> read_terms(ByteReader& reader) {
  GrantTerms terms;
  terms.amount = read_credits(reader);
  terms.effective_at = Instant::from_us(reader.fixed<std::int64_t>());
  terms.priority = reader.fixed<std::int32_t>();
  terms.category = static_cast<GrantCategory>(reader.fixed<std::uint8_t>());
  terms.expires_at = read_instant(reader);
  if (!reader.is_ok() || to_string(terms.category).empty()) return {};
  return terms;
}

}  // namespace farthing::ledger
