// SPDX-License-Identifier: Apache-2.0
#include "server/directory/audit_record.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "server/ledger/entry_id.hpp"

namespace farthing::directory {
namespace {

// Stored: the first byte of every record.
constexpr std::uint8_t kAuditFormat = 1;

// Stored: the kind and the field of the act that sets ledger time back.
constexpr std::string_view kSetBack = "clock.set_back";
constexpr std::string_view kLedgerTime = "ledger_time";

template <class Id>
void write_optional_id(ByteWriter& writer, const std::optional<Id>& id) {
  writer.fixed(static_cast<std::uint8_t>(id ? 1 : 0));
  if (id) writer.raw(id->value.as_bytes());
}

void write_optional_text(ByteWriter& writer, const std::optional<std::string>& text) {
  writer.fixed(static_cast<std::uint8_t>(text ? 1 : 0));
  if (text) writer.text(*text);
}

void append_canonical(const AuditRecord& record, std::string& out) {
  ByteWriter writer(out);
  writer.fixed(kAuditFormat).varint(record.number).fixed(record.at.us());
  write_optional_id(writer, record.api_key);
  writer.raw(record.origin.user.value.as_bytes());
  writer.text(record.origin.address).text(record.origin.request_id);
  writer.text(record.act.kind).text(record.act.target);
  write_optional_id(writer, record.act.organization);
  writer.varint(record.act.changes.size());
  for (const ActChange& change : record.act.changes) {
    writer.text(change.field);
    write_optional_text(writer, change.before);
    write_optional_text(writer, change.after);
  }
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

}  // namespace

void append_encoded(const AuditRecord& record, std::string& out) {
  append_canonical(record, out);
  ByteWriter(out).raw(as_bytes(record.hash));
}

std::optional<AuditRecord> decode_audit_record(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.fixed<std::uint8_t>() != kAuditFormat) return {};
  AuditRecord record;
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
    ActChange change;
    change.field = reader.text();
    change.before = read_optional_text(reader);
    change.after = read_optional_text(reader);
    record.act.changes.push_back(std::move(change));
  }
  std::ranges::copy(reader.raw(record.hash.size()), record.hash.begin());
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
    return target == act.target || (act.organization && target == act.organization->to_string());
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

AuditRecord make_audit_record(const AuditHead& head, Instant at, const ApiKeyId& api_key,
                              ActOrigin origin, Act act) {
  AuditRecord record{.number = head.number + 1,
                     .at = std::max(at, head.at),
                     .api_key = {},
                     .origin = std::move(origin),
                     .act = std::move(act)};
  if (api_key != ApiKeyId{}) record.api_key = api_key;
  record.origin.credential.reset();
  std::string canonical;
  append_canonical(record, canonical);
  record.hash = sha256({as_bytes(head.hash), canonical});
  return record;
}

}  // namespace farthing::directory
