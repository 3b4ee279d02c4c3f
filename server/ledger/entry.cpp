// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/entry.hpp"

#include "base/bytes.hpp"
#include "server/ledger/parts_codec.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

// Stored: the first byte of every entry.
constexpr std::uint8_t kEntryFormat = 1;

std::string_view view_of(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The digest is taken over salt and text, which are in the stored form but not in the canonical
// one.
void append_metadata_digest(const Metadata& metadata, std::string& out) {
  ByteWriter writer(out);
  if (!metadata.json.empty()) {
    writer.text(as_bytes(sha256({view_of(metadata.salt), metadata.json})));
  } else if (metadata.erased) {
    writer.text(as_bytes(*metadata.erased));
  } else {
    writer.text({});
  }
}

void append_canonical(const Entry& entry, std::string& out) {
  ByteWriter writer(out);
  writer.fixed(kEntryFormat)
      .raw(entry.organization.value.as_bytes())
      .varint(entry.seq)
      .fixed(static_cast<std::uint8_t>(entry.kind))
      .fixed(static_cast<std::uint8_t>(entry.is_continued))
      .fixed(entry.at.us())
      .raw(entry.subject.as_bytes())
      .fixed(static_cast<std::uint8_t>(entry.parent.has_value()));
  if (entry.parent) writer.raw(entry.parent->as_bytes());
  writer.fixed(entry.amount.nano()).fixed(entry.available.nano()).fixed(entry.held.nano());
  append_lot_amounts(entry.lots, out);
  writer.varint(entry.returning.size());
  for (const ReturningLot& lot : entry.returning) {
    writer.raw(lot.grant.as_bytes());
    append_encoded(lot.terms, out);
  }
  writer.fixed(static_cast<std::uint8_t>(entry.terms.has_value()));
  if (entry.terms) append_encoded(*entry.terms, out);
  writer.fixed(static_cast<std::uint8_t>(entry.hold.has_value()));
  if (entry.hold) append_encoded(*entry.hold, out);
  append_key(entry.origin.api_key, out);
  append_key(entry.origin.caller_key, out);
  writer.text(entry.origin.idempotency_key)
      .raw(view_of(entry.origin.fingerprint))
      .text(entry.origin.operation)
      .text(entry.origin.engine);
  append_metadata_digest(entry.origin.metadata, out);
}

// Appends what stands behind the canonical bytes.
void append_tail(const Entry& entry, std::string& out) {
  const Metadata& metadata = entry.origin.metadata;
  ByteWriter writer(out);
  writer.text(metadata.json);
  if (!metadata.json.empty()) writer.raw(view_of(metadata.salt));
  writer.raw(as_bytes(entry.hash));
}

// Reads the metadata. The digest follows from the text where there is one and is not taken over, so
// that a text that was tampered with shows as a break of the chain. Returns false when `digest` is
// none.
bool read_metadata(std::string_view digest, ByteReader& stored, Metadata& metadata) {
  metadata.json = stored.text();
  if (!metadata.json.empty()) metadata.salt = read_array<decltype(Metadata::salt)>(stored);
  if (digest.empty()) return metadata.json.empty();
  ByteReader reader(digest);
  const Digest read = read_digest(reader);
  if (!reader.is_at_end()) return false;
  if (metadata.json.empty()) metadata.erased = read;
  return true;
}

std::optional<Id128> read_optional_id(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() == 0) return {};
  return read_id(reader);
}

// Returns false when the bytes are not those of returning lots.
bool read_returning(ByteReader& reader, std::vector<ReturningLot>& returning) {
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    const Id128 grant = read_id(reader);
    const auto terms = read_terms(reader);
    if (!terms) return false;
    returning.push_back({.grant = grant, .terms = *terms});
  }
  return true;
}

std::optional<EntryKind> to_entry_kind(std::uint8_t byte) {
  const auto kind = static_cast<EntryKind>(byte);
  if (to_string(kind).empty()) return {};
  return kind;
}

// Returns whether the entry has what readers of its kind rely on, and its parts add up to an
// amount.
bool has_form(const Entry& entry) {
  using enum EntryKind;
  const EntryKind kind = entry.kind;
  const bool is_about_hold = kind == hold || kind == extend || kind == capture || kind == release;
  if (kind == grant && !entry.terms) return false;
  if (is_about_hold && !entry.hold) return false;
  if ((kind == capture || kind == refund) && !entry.parent) return false;
  if (entry.amount < Credits()) return false;
  std::optional<Credits> sum = Credits();
  for (const LotAmount& part : entry.lots) {
    if (part.amount < Credits()) return false;
    sum = sum->plus(part.amount);
    if (!sum) return false;
  }
  return true;
}

}  // namespace

std::string_view to_string(EntryKind kind) {
  switch (kind) {
    case EntryKind::grant:
      return "grant";
    case EntryKind::activate:
      return "activate";
    case EntryKind::expire:
      return "expire";
    case EntryKind::void_:
      return "void";
    case EntryKind::charge:
      return "charge";
    case EntryKind::hold:
      return "hold";
    case EntryKind::extend:
      return "extend";
    case EntryKind::capture:
      return "capture";
    case EntryKind::release:
      return "release";
    case EntryKind::refund:
      return "refund";
    case EntryKind::repay:
      return "repay";
    case EntryKind::limit:
      return "limit";
  }
  return {};
}

std::optional<EntryKind> parse_entry_kind(std::string_view text) {
  for (auto kind = EntryKind::grant; kind <= EntryKind::limit;
       kind = static_cast<EntryKind>(static_cast<std::uint8_t>(kind) + 1)) {
    if (text == to_string(kind)) return kind;
  }
  return {};
}

Credits sum_of(const std::vector<LotAmount>& lots) {
  Credits sum;
  for (const LotAmount& lot : lots) sum = plus(sum, lot.amount);
  return sum;
}

Credits debt_of(const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::charge:
    case EntryKind::capture:
      return minus(entry.amount, sum_of(entry.lots));
    case EntryKind::refund:
      return minus(sum_of(entry.lots), entry.amount);
    case EntryKind::repay:
      return minus(Credits(), entry.amount);
    default:
      return {};
  }
}

std::string canonical_bytes(const Entry& entry) {
  std::string out;
  append_canonical(entry, out);
  return out;
}

Digest chain_hash(const Digest& previous, std::string_view canonical) {
  return sha256({as_bytes(previous), canonical});
}

void append_encoded(const Entry& entry, std::string_view canonical, std::string& out) {
  out.append(canonical);
  append_tail(entry, out);
}

void append_sealed(Entry& entry, const Digest& previous, std::string& out) {
  const std::size_t begin = out.size();
  append_canonical(entry, out);
  entry.hash = chain_hash(previous, std::string_view(out).substr(begin));
  append_tail(entry, out);
}

EntryKind kind_of_encoded(std::string_view stored) {
  ByteReader reader(stored);
  reader.fixed<std::uint8_t>();
  read_id(reader);
  reader.varint();
  return static_cast<EntryKind>(reader.fixed<std::uint8_t>());
}

std::optional<Entry> decode_entry(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.fixed<std::uint8_t>() != kEntryFormat) return {};
  Entry entry;
  entry.organization = {read_id(reader)};
  entry.seq = reader.varint();
  const auto kind = to_entry_kind(reader.fixed<std::uint8_t>());
  if (!kind) return {};
  entry.kind = *kind;
  entry.is_continued = reader.fixed<std::uint8_t>() != 0;
  entry.at = Instant::from_us(reader.fixed<std::int64_t>());
  entry.subject = read_id(reader);
  entry.parent = read_optional_id(reader);
  entry.amount = read_credits(reader);
  entry.available = read_credits(reader);
  entry.held = read_credits(reader);
  entry.lots = read_lot_amounts(reader);
  if (!read_returning(reader, entry.returning)) return {};
  if (reader.fixed<std::uint8_t>() != 0) {
    entry.terms = read_terms(reader);
    if (!entry.terms) return {};
  }
  if (reader.fixed<std::uint8_t>() != 0) {
    entry.hold = read_hold(reader);
    if (!entry.hold) return {};
  }
  entry.origin.api_key = read_key(reader);
  entry.origin.caller_key = read_key(reader);
  entry.origin.idempotency_key = reader.text();
  entry.origin.fingerprint = read_array<Fingerprint>(reader);
  entry.origin.operation = reader.text();
  entry.origin.engine = reader.text();
  const std::string_view metadata_digest = reader.text();
  if (!read_metadata(metadata_digest, reader, entry.origin.metadata)) return {};
  entry.hash = read_digest(reader);
  if (!reader.is_at_end() || !has_form(entry)) return {};
  return entry;
}

}  // namespace farthing::ledger
