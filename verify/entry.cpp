// SPDX-License-Identifier: Apache-2.0
#include "verify/entry.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "base/bytes.hpp"
#include "verify/parts_bytes.hpp"

namespace farthing::verify {
namespace {

constexpr std::uint8_t kLastVersion = 2;
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kSaltBytes = 16;

// The kinds in the order of their numbers, which count from 1.
constexpr std::array<std::string_view, 12> kKinds = {"grant",   "activate", "expire", "void",
                                                     "charge",  "hold",     "extend", "capture",
                                                     "release", "refund",   "repay",  "limit"};
constexpr std::array<std::string_view, 2> kCategories = {"paid", "promotional"};
constexpr std::array<std::string_view, 3> kOverCaptures = {"reject", "up_to_available",
                                                           "overdraft"};
constexpr std::array<std::string_view, 4> kHoldStates = {"open", "captured", "released", "expired"};

template <class Enum>
std::string_view name_in(std::span<const std::string_view> names, Enum value) {
  const auto number = static_cast<std::size_t>(value);
  return number == 0 || number > names.size() ? std::string_view() : names[number - 1];
}

template <class Enum>
std::optional<Enum> find_in(std::span<const std::string_view> names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return {};
  return static_cast<Enum>(found - names.begin() + 1);
}

std::string_view view_of(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append_flag(bool flag, std::string& out) { out.push_back(flag ? '\1' : '\0'); }

bool read_flag(ByteReader& in) { return in.fixed<std::uint8_t>() != 0; }

template <class Bytes>
void read_into(ByteReader& in, Bytes& bytes) {
  const std::string_view raw = in.raw(bytes.size());
  std::ranges::copy(raw, bytes.begin());
}

// Returns whether each byte that stands for a value stands for one that has a name.
bool is_good(const Terms& terms) { return !name_in(kCategories, terms.category).empty(); }
bool is_good(const HoldStatus& hold) {
  return !name_of(hold.over_capture).empty() && !name_of(hold.state).empty();
}

void read_version_2(ByteReader& in, Entry& entry) {
  for (std::uint64_t left = in.varint(); left > 0 && in.is_ok(); --left) {
    Tag& tag = entry.tags.emplace_back();
    tag.name = in.text();
    tag.value = in.text();
  }
  if (read_flag(in)) {
    Price& price = entry.price_paid.emplace();
    price.nano = in.fixed<std::int64_t>();
    price.currency = in.text();
  }
  entry.extension = in.text();
}

void append_version_2(const Entry& entry, std::string& out) {
  ByteWriter writer(out);
  writer.varint(entry.tags.size());
  for (const Tag& tag : entry.tags) writer.text(tag.name).text(tag.value);
  append_flag(entry.price_paid.has_value(), out);
  if (entry.price_paid) writer.fixed(entry.price_paid->nano).text(entry.price_paid->currency);
  writer.text(entry.extension);
}

ErasableTexts read_texts(ByteReader& in, std::uint8_t version) {
  ErasableTexts texts;
  texts.metadata = in.text();
  if (version > 1) {
    texts.reason = in.text();
    texts.payment_reference = in.text();
  }
  if (!texts.is_empty()) texts.salt = in.raw(kSaltBytes);
  return texts;
}

// Returns false when the bytes are not those of an entry.
bool read_canonical(ByteReader& in, Entry& entry) {
  entry.version = in.fixed<std::uint8_t>();
  if (entry.version == 0 || entry.version > kLastVersion) return false;
  entry.organization = {read_id(in)};
  entry.seq = in.varint();
  entry.kind = static_cast<Kind>(in.fixed<std::uint8_t>());
  if (name_of(entry.kind).empty()) return false;
  entry.is_continued = read_flag(in);
  entry.at = read_instant(in);
  entry.subject = read_id(in);
  entry.parent = read_optional_id(in);
  entry.amount = read_amount(in);
  entry.available = read_amount(in);
  entry.held = read_amount(in);
  entry.parts = read_parts(in);
  for (std::uint64_t left = in.varint(); left > 0 && in.is_ok(); --left) {
    ReturningLot& lot = entry.returning.emplace_back();
    lot.grant = read_id(in);
    lot.terms = read_terms(in);
    if (!is_good(lot.terms)) return false;
  }
  if (read_flag(in)) entry.terms = read_terms(in);
  if (entry.terms && !is_good(*entry.terms)) return false;
  if (read_flag(in)) entry.hold = read_hold(in);
  if (entry.hold && !is_good(*entry.hold)) return false;
  entry.api_key = read_optional_id(in);
  entry.caller_key = read_optional_id(in);
  entry.idempotency_key = in.text();
  read_into(in, entry.fingerprint);
  entry.operation = in.text();
  entry.model = in.text();
  entry.erasable_digest = in.text();
  if (entry.version > 1) read_version_2(in, entry);
  return in.is_ok() &&
         (entry.erasable_digest.empty() || entry.erasable_digest.size() == Digest().size());
}

}  // namespace

std::string_view name_of(Kind kind) { return name_in(kKinds, kind); }
std::string_view name_of(OverCapture policy) { return name_in(kOverCaptures, policy); }
std::string_view name_of(HoldState state) { return name_in(kHoldStates, state); }

std::optional<Kind> find_kind(std::string_view name) { return find_in<Kind>(kKinds, name); }
std::optional<Category> find_category(std::string_view name) {
  return find_in<Category>(kCategories, name);
}
std::optional<OverCapture> find_over_capture(std::string_view name) {
  return find_in<OverCapture>(kOverCaptures, name);
}
std::optional<HoldState> find_hold_state(std::string_view name) {
  return find_in<HoldState>(kHoldStates, name);
}

bool makes_something(Kind kind) {
  return kind == Kind::grant || kind == Kind::charge || kind == Kind::hold ||
         kind == Kind::capture || kind == Kind::refund;
}

std::string encode_canonical(const Entry& entry) {
  std::string out;
  ByteWriter writer(out);
  writer.fixed(entry.version)
      .raw(entry.organization.value.as_bytes())
      .varint(entry.seq)
      .fixed(static_cast<std::uint8_t>(entry.kind));
  append_flag(entry.is_continued, out);
  writer.fixed(entry.at.us()).raw(entry.subject.as_bytes());
  append(entry.parent, out);
  writer.fixed(entry.amount.nano()).fixed(entry.available.nano()).fixed(entry.held.nano());
  append_parts(entry.parts, out);
  writer.varint(entry.returning.size());
  for (const ReturningLot& lot : entry.returning) {
    writer.raw(lot.grant.as_bytes());
    append(lot.terms, out);
  }
  append_flag(entry.terms.has_value(), out);
  if (entry.terms) append(*entry.terms, out);
  append_flag(entry.hold.has_value(), out);
  if (entry.hold) append(*entry.hold, out);
  append(entry.api_key, out);
  append(entry.caller_key, out);
  writer.text(entry.idempotency_key)
      .raw(view_of(entry.fingerprint))
      .text(entry.operation)
      .text(entry.model)
      .text(entry.erasable_digest);
  if (entry.version > 1) append_version_2(entry, out);
  return out;
}

std::optional<SealedEntry> decode_stored(std::string_view bytes) {
  SealedEntry sealed;
  ByteReader in(bytes);
  if (!read_canonical(in, sealed.entry)) return {};
  const std::size_t canonical_bytes = bytes.size() - in.rest_size();
  sealed.canonical = bytes.substr(0, canonical_bytes);
  sealed.texts = read_texts(in, sealed.entry.version);
  read_into(in, sealed.hash);
  if (!in.is_at_end()) return {};
  return sealed;
}

Id128 id_made_by(const Entry& entry) {
  constexpr std::size_t kMillisecondBytes = 6;
  constexpr std::int64_t kUsPerMillisecond = 1'000;
  std::string milliseconds;
  ByteWriter(milliseconds).fixed(entry.at.us() / kUsPerMillisecond);
  std::string bytes = milliseconds.substr(milliseconds.size() - kMillisecondBytes);
  ByteWriter(bytes).fixed(std::uint16_t{0}).fixed(entry.seq);
  return Id128::from_bytes(bytes);
}

std::uint64_t maker_of(const Id128& id) {
  return ByteReader(id.as_bytes().substr(kIdBytes - sizeof(std::uint64_t))).fixed<std::uint64_t>();
}

}  // namespace farthing::verify
