// SPDX-License-Identifier: Apache-2.0
#include "server/directory/audit_record.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "server/ledger/entry_id.hpp"

namespace farthing::directory {
namespace {

// Stored: the kind and the field of the act that sets ledger time back.
constexpr std::string_view kSetBack = "clock.set_back";
constexpr std::string_view kLedgerTime = "ledger_time";

// Stored: how the values of a change stand in a record from version 2 on.
enum class Form : std::uint8_t { plain = 0, personal = 1 };

std::string_view salt_of(const AuditRecord& record) {
  return {reinterpret_cast<const char*>(record.salt.data()), record.salt.size()};
}

template <class Id>
void write_optional_id(ByteWriter& writer, const std::optional<Id>& id) {
  writer.fixed(static_cast<std::uint8_t>(id ? 1 : 0));
  if (id) writer.raw(id->value.as_bytes());
}

void write_optional_text(ByteWriter& writer, const std::optional<std::string>& text) {
  writer.fixed(static_cast<std::uint8_t>(text ? 1 : 0));
  if (text) writer.text(*text);
}

void write_optional_digest(ByteWriter& writer, const std::optional<Digest>& digest) {
  writer.fixed(static_cast<std::uint8_t>(digest ? 1 : 0));
  if (digest) writer.raw(as_bytes(*digest));
}

Digest salted_digest(const AuditRecord& record, const std::string& field,
                     const std::string& value) {
  std::string framed;
  ByteWriter(framed).text(field).text(value);
  return sha256({salt_of(record), framed});
}

std::optional<Digest> digest_of(const AuditRecord& record, const std::string& field,
                                const std::optional<std::string>& value,
                                const std::optional<Digest>& erased) {
  if (erased || !value) return erased;
  return salted_digest(record, field, *value);
}

void append_change(const AuditRecord& record, const ActChange& change, ByteWriter& writer) {
  writer.text(change.field);
  if (record.version > 1) {
    writer.fixed(static_cast<std::uint8_t>(change.is_personal ? Form::personal : Form::plain));
  }
  if (change.is_personal) {
    write_optional_digest(writer, digest_before(record, change));
    write_optional_digest(writer, digest_after(record, change));
  } else {
    write_optional_text(writer, change.before);
    write_optional_text(writer, change.after);
  }
}

void append_canonical(const AuditRecord& record, std::string& out) {
  ByteWriter writer(out);
  writer.fixed(record.version).varint(record.number).fixed(record.at.us());
  write_optional_id(writer, record.api_key);
  writer.raw(record.origin.user.value.as_bytes());
  writer.text(record.origin.address).text(record.origin.request_id);
  writer.text(record.act.kind).text(record.act.target);
  write_optional_id(writer, record.act.organization);
  writer.varint(record.act.changes.size());
  for (const ActChange& change : record.act.changes) append_change(record, change, writer);
  if (record.version > 1) writer.text(record.extension);
}

// Appends what stands behind the canonical bytes.
void append_tail(const AuditRecord& record, std::string& out) {
  ByteWriter writer(out);
  if (record.version > 1) {
    const bool has_texts = has_personal_texts(record);
    writer.fixed(static_cast<std::uint8_t>(has_texts ? 1 : 0));
    if (has_texts) writer.raw(salt_of(record));
    for (const ActChange& change : record.act.changes) {
      if (change.is_personal && change.before) writer.text(*change.before);
      if (change.is_personal && change.after) writer.text(*change.after);
    }
  }
  writer.raw(as_bytes(record.hash));
}

Id128 read_id(ByteReader& reader) {
  const std::string_view raw = reader.raw(sizeof(Id128));
  return raw.empty() ? Id128{} : Id128::from_bytes(raw);
}

template <class Id>
std::optional<Id> read_optional_id(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() == 0) return {};
  return Id{read_id(reader)};
}

std::optional<std::string> read_optional_text(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() == 0) return {};
  return std::string(reader.text());
}

template <class Array>
Array read_array(ByteReader& reader) {
  Array array{};
  std::ranges::copy(reader.raw(array.size()), array.begin());
  return array;
}

std::optional<Digest> read_optional_digest(ByteReader& reader) {
  if (reader.fixed<std::uint8_t>() == 0) return {};
  return read_array<Digest>(reader);
}

// Returns false when the bytes are not those of a change.
bool read_change(ByteReader& reader, std::uint8_t version, ActChange& change) {
  change.field = reader.text();
  const Form form = version > 1 ? static_cast<Form>(reader.fixed<std::uint8_t>()) : Form::plain;
  switch (form) {
    case Form::plain:
      change.before = read_optional_text(reader);
      change.after = read_optional_text(reader);
      return true;
    case Form::personal:
      change.is_personal = true;
      change.erased_before = read_optional_digest(reader);
      change.erased_after = read_optional_digest(reader);
      return change.erased_before || change.erased_after;
  }
  return false;
}

// Reads the value that a digest is of. A digest that is not the value's stays beside it, so that
// the record is written again as it is and whoever verifies it finds that it was tampered with.
void read_value_of(ByteReader& reader, const AuditRecord& record, const std::string& field,
                   std::optional<Digest>& digest, std::optional<std::string>& value) {
  if (!digest) return;
  value = reader.text();
  if (*digest == salted_digest(record, field, *value)) digest.reset();
}

// Reads the personal values, where they are. Returns false when there is a salt and nothing for it.
bool read_personal_texts(ByteReader& reader, AuditRecord& record) {
  if (reader.fixed<std::uint8_t>() == 0) return true;
  record.salt = read_array<decltype(record.salt)>(reader);
  for (ActChange& change : record.act.changes) {
    read_value_of(reader, record, change.field, change.erased_before, change.before);
    read_value_of(reader, record, change.field, change.erased_after, change.after);
  }
  return has_personal_texts(record);
}

}  // namespace

std::optional<Digest> digest_before(const AuditRecord& record, const ActChange& change) {
  return digest_of(record, change.field, change.before, change.erased_before);
}

std::optional<Digest> digest_after(const AuditRecord& record, const ActChange& change) {
  return digest_of(record, change.field, change.after, change.erased_after);
}

bool has_personal_texts(const AuditRecord& record) {
  return std::ranges::any_of(record.act.changes, [](const ActChange& change) {
    return change.is_personal && (change.before || change.after);
  });
}

bool erase_texts(AuditRecord& record) {
  if (!has_personal_texts(record)) return false;
  for (ActChange& change : record.act.changes) {
    if (!change.is_personal) continue;
    change.erased_before = digest_before(record, change);
    change.erased_after = digest_after(record, change);
    change.before.reset();
    change.after.reset();
  }
  record.salt = {};
  return true;
}

bool tells_of_person(const AuditRecord& record, UserId user) {
  return record.act.kind.starts_with("user.") && record.act.target == user.to_string();
}

void append_encoded(const AuditRecord& record, std::string& out) {
  append_canonical(record, out);
  append_tail(record, out);
}

std::optional<AuditRecord> decode_audit_record(std::string_view bytes) {
  ByteReader reader(bytes);
  AuditRecord record;
  record.version = reader.fixed<std::uint8_t>();
  if (record.version == 0 || record.version > kAuditVersion) return {};
  record.number = reader.varint();
  record.at = Instant::from_us(reader.fixed<std::int64_t>());
  record.api_key = read_optional_id<ApiKeyId>(reader);
  record.origin.user = {read_id(reader)};
  record.origin.address = reader.text();
  record.origin.request_id = reader.text();
  record.act.kind = reader.text();
  record.act.target = reader.text();
  record.act.organization = read_optional_id<OrganizationId>(reader);
  const std::uint64_t changes = reader.varint();
  for (std::uint64_t i = 0; i < changes && reader.is_ok(); ++i) {
    if (!read_change(reader, record.version, record.act.changes.emplace_back())) return {};
  }
  if (record.version > 1) {
    record.extension = reader.text();
    if (!read_personal_texts(reader, record)) return {};
  }
  record.hash = read_array<Digest>(reader);
  if (!reader.is_at_end()) return {};
  return record;
}

Act describe_set_back(Instant from, Instant to) {
  return {.kind = std::string(kSetBack),
          .target = "clock",
          .organization = {},
          .changes = {{.field = std::string(kLedgerTime),
                       .before = from.to_string(),
                       .after = to.to_string()}}};
}

std::optional<Instant> find_set_back(const Act& act) {
  if (act.kind != kSetBack) return {};
  const auto change = std::ranges::find(act.changes, kLedgerTime, &ActChange::field);
  if (change == act.changes.end() || !change->after) return {};
  return Instant::parse(*change->after);
}

bool AuditFilter::accepts(const AuditRecord& record) const {
  const Act& act = record.act;
  const auto is_users = [&] { return record.api_key && record.origin.user == *user; };
  const auto is_target = [&] {
    return target == act.target || (act.organization && target == act.organization->to_string()) ||
           std::ranges::any_of(act.changes, [&](const ActChange& change) {
             return change.field == kEndedKey && change.before == target;
           });
  };
  return (!api_key || record.api_key == api_key) && (!user || is_users()) &&
         (target.empty() || is_target()) && (kind.empty() || kind == act.kind) &&
         (!from || record.at >= *from) && (!to || record.at < *to);
}

Id128 audit_position(const AuditRecord& record) {
  return ledger::make_entry_id(record.at, record.number);
}

AuditHead head_after(const AuditRecord& record) {
  const Instant at = std::min(record.at, find_set_back(record.act).value_or(record.at));
  return {.number = record.number, .hash = record.hash, .at = at};
}

Digest hash_after(const Digest& previous, const AuditRecord& record) {
  std::string canonical;
  append_canonical(record, canonical);
  return sha256({as_bytes(previous), canonical});
}

AuditRecord make_audit_record(const AuditHead& head, Instant at, const ApiKeyId& api_key,
                              ActOrigin origin, Act act) {
  AuditRecord record{.number = head.number + 1,
                     .at = std::max(at, head.at),
                     .api_key = {},
                     .origin = std::move(origin),
                     .act = std::move(act)};
  if (api_key != ApiKeyId{}) record.api_key = api_key;
  record.origin.credential.reset();
  if (has_personal_texts(record)) fill_random(record.salt);
  record.hash = hash_after(head.hash, record);
  return record;
}

}  // namespace farthing::directory
