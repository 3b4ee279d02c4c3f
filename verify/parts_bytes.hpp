// SPDX-License-Identifier: Apache-2.0
// Reads and writes the small parts of entries as bytes (docs/reference/formats.md). A reader whose
// bytes are too short returns zeros and is not `is_ok()` afterwards.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "verify/entry.hpp"

namespace farthing::verify {

inline Credits read_amount(ByteReader& in) { return Credits::from_nano(in.fixed<std::int64_t>()); }

inline Instant read_instant(ByteReader& in) { return Instant::from_us(in.fixed<std::int64_t>()); }

inline Id128 read_id(ByteReader& in) {
  const std::string_view raw = in.raw(Id128{}.bytes.size());
  return raw.empty() ? Id128{} : Id128::from_bytes(raw);
}

inline void append(const std::optional<Id128>& id, std::string& out) {
  ByteWriter writer(out);
  writer.fixed(static_cast<std::uint8_t>(id.has_value()));
  if (id) writer.raw(id->as_bytes());
}

inline std::optional<Id128> read_optional_id(ByteReader& in) {
  if (in.fixed<std::uint8_t>() == 0) return {};
  return read_id(in);
}

inline void append(const Terms& terms, std::string& out) {
  ByteWriter writer(out);
  writer.fixed(terms.amount.nano())
      .fixed(terms.effective_at.us())
      .fixed(terms.priority)
      .fixed(static_cast<std::uint8_t>(terms.category))
      .fixed(static_cast<std::uint8_t>(terms.expires_at.has_value()));
  if (terms.expires_at) writer.fixed(terms.expires_at->us());
}

inline Terms read_terms(ByteReader& in) {
  Terms terms;
  terms.amount = read_amount(in);
  terms.effective_at = read_instant(in);
  terms.priority = in.fixed<std::int32_t>();
  terms.category = static_cast<Category>(in.fixed<std::uint8_t>());
  if (in.fixed<std::uint8_t>() != 0) terms.expires_at = read_instant(in);
  return terms;
}

inline void append(const HoldStatus& hold, std::string& out) {
  ByteWriter(out)
      .fixed(hold.amount.nano())
      .fixed(hold.captured.nano())
      .fixed(hold.released.nano())
      .fixed(hold.expires_at.us())
      .fixed(static_cast<std::uint8_t>(hold.over_capture))
      .fixed(static_cast<std::uint8_t>(hold.state));
}

inline HoldStatus read_hold(ByteReader& in) {
  HoldStatus hold;
  hold.amount = read_amount(in);
  hold.captured = read_amount(in);
  hold.released = read_amount(in);
  hold.expires_at = read_instant(in);
  hold.over_capture = static_cast<OverCapture>(in.fixed<std::uint8_t>());
  hold.state = static_cast<HoldState>(in.fixed<std::uint8_t>());
  return hold;
}

inline void append_parts(const std::vector<Part>& parts, std::string& out) {
  ByteWriter writer(out);
  writer.varint(parts.size());
  for (const Part& part : parts) {
    writer.raw(part.grant.as_bytes())
        .fixed(part.amount.nano())
        .fixed(static_cast<std::uint8_t>(part.has_ended));
  }
}

inline std::vector<Part> read_parts(ByteReader& in) {
  std::vector<Part> parts;
  for (std::uint64_t left = in.varint(); left > 0 && in.is_ok(); --left) {
    Part& part = parts.emplace_back();
    part.grant = read_id(in);
    part.amount = read_amount(in);
    part.has_ended = in.fixed<std::uint8_t>() != 0;
  }
  return parts;
}

}  // namespace farthing::verify
