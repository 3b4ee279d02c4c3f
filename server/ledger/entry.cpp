// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/entry.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "server/ledger/parts_codec.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

std::string_view view_of(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Appends the texts that entries of that version have.
void append_texts(const Erasable& texts, std::uint8_t version, std::string& out) {
  ByteWriter writer(out);
  writer.text(texts.metadata);
  if (version > 1) writer.text(texts.reason).text(texts.payment_reference);
}

void append_origin(const Entry& entry, std::string& out) {
  const Origin& origin = entry.origin;
  ByteWriter writer(out);
  append_key(origin.api_key, out);
  append_key(origin.caller_key, out);
  writer.text(origin.idempotency_key)
      .raw(view_of(origin.fingerprint))
      .text(origin.operation)
      .text(origin.model);
  const auto digest = digest_of(origin.erasable, entry.version);
  writer.text(digest ? as_bytes(*digest) : std::string_view());
  if (entry.version == 1) return;
  writer.varint(origin.tags.size());
  for (const Tag& tag : origin.tags) writer.text(tag.name).text(tag.value);
  writer.fixed(static_cast<std::uint8_t>(origin.price_paid.has_value()));
  if (origin.price_paid) writer.fixed(origin.price_paid->nano).text(origin.price_paid->currency);
  writer.text(entry.extension);
}

void append_canonical(const Entry& entry, std::string& out) {
  ByteWriter writer(out);
  writer.fixed(entry.version)
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
  append_origin(entry, out);
}

// Appends what stands behind the canonical bytes.
void append_tail(const Entry& entry, std::string& out) {
  const Erasable& texts = entry.origin.erasable;
  append_texts(texts, entry.version, out);
  ByteWriter writer(out);
  if (!texts.is_empty()) writer.raw(view_of(texts.salt));
  writer.raw(as_bytes(entry.hash));
}

// Reads the erasable texts. The digest follows from the texts where there are any and is not taken
// over, so that a text that was tampered with shows as a break of the chain. Returns false when
// `digest` is none.
bool read_texts(std::string_view digest, std::uint8_t version, ByteReader& stored,
                Erasable& texts) {
  texts.metadata = stored.text();
  if (version > 1) {
    texts.reason = stored.text();
    texts.payment_reference = stored.text();
  }
  if (!texts.is_empty()) texts.salt = read_array<decltype(Erasable::salt)>(stored);
  if (digest.empty()) return texts.is_empty();
  ByteReader reader(digest);
  const Digest read = read_digest(reader);
  if (!reader.is_at_end()) return false;
  if (texts.is_empty()) texts.erased = read;
  return true;
}

// Reads what entries of version 1 do not have.
void read_version_2(ByteReader& reader, Entry& entry) {
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    Tag& tag = entry.origin.tags.emplace_back();
    tag.name = reader.text();
    tag.value = reader.text();
  }
  if (reader.fixed<std::uint8_t>() != 0) {
    Price& price = entry.origin.price_paid.emplace();
    price.nano = reader.fixed<std::int64_t>();
    price.currency = reader.text();
  }
  entry.extension = reader.text();
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
  const auto& tags = entry.origin.tags;
  const auto is_misplaced = [](const Tag& a, const Tag& b) { return a.name >= b.name; };
  if (std::ranges::adjacent_find(tags, is_misplaced) != tags.end()) return false;
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

std::optional<Digest> digest_of(const Erasable& texts, std::uint8_t version) {
  if (texts.is_empty()) return texts.erased;
  if (version == 1) return sha256({view_of(texts.salt), texts.metadata});
  std::string framed;
  append_texts(texts, version, framed);
  return sha256({view_of(texts.salt), framed});
}

bool erase_texts(Entry& entry) {
  Erasable& texts = entry.origin.erasable;
  if (texts.is_empty()) return false;
  texts = Erasable{.erased = digest_of(texts, entry.version)};
  return true;
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
  Entry entry;
  entry.version = reader.fixed<std::uint8_t>();
  if (entry.version == 0 || entry.version > kEntryVersion) return {};
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
  entry.origin.model = reader.text();
  const std::string_view digest = reader.text();
  if (entry.version > 1) read_version_2(reader, entry);
  if (!read_texts(digest, entry.version, reader, entry.origin.erasable)) return {};
  entry.hash = read_digest(reader);
  if (!reader.is_at_end() || !has_form(entry)) return {};
  return entry;
}

}  // namespace farthing::ledger
