// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/record.hpp"

#include <utility>

#include "base/check.hpp"
#include "server/ledger/parts_codec.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

// Stored: the first byte of every record, and the second.
constexpr std::uint8_t kRecordFormat = 3;  // 2 is without callers' keys
constexpr std::uint8_t kFormatWithoutChanges = 1;
enum class RecordKind : std::uint8_t { grant = 1, charge = 2, hold = 3 };

// Takes back the share of the debt first, then the payments, the latest first: as refunds take
// them.
void take_back(ChargeRecord& charge, const Entry& entry) {
  charge.refunded = plus(charge.refunded, entry.amount);
  charge.debt = plus(charge.debt, debt_of(entry));
  for (const LotAmount& part : entry.lots) {
    CHECK(!charge.payments.empty());
    LotAmount& payment = charge.payments.back();
    CHECK(payment.grant == part.grant && payment.amount >= part.amount);
    payment.amount = minus(payment.amount, part.amount);
    if (payment.amount.is_zero()) charge.payments.pop_back();
  }
}

void change(GrantRecord& grant, const Entry& entry) {
  CHECK(entry.kind == EntryKind::void_);
  grant.is_voided = true;
}

void change(ChargeRecord& charge, const Entry& entry) {
  if (entry.kind == EntryKind::refund) return take_back(charge, entry);
  CHECK(entry.kind == EntryKind::repay);
  charge.debt = plus(charge.debt, debt_of(entry));
  charge.payments.insert(charge.payments.end(), entry.lots.begin(), entry.lots.end());
}

void change(HoldRecord& hold, const Entry& entry) {
  CHECK(entry.hold);
  hold.status = *entry.hold;
}

void append_value(const GrantRecord& grant, std::string& out) {
  append_encoded(grant.terms, out);
  ByteWriter(out).fixed(static_cast<std::uint8_t>(grant.is_voided));
}

void append_value(const ChargeRecord& charge, std::string& out) {
  ByteWriter(out)
      .fixed(charge.amount.nano())
      .fixed(charge.refunded.nano())
      .fixed(charge.debt.nano());
  append_lot_amounts(charge.payments, out);
  append_key(charge.caller_key, out);
}

void append_value(const HoldRecord& hold, std::string& out) { append_encoded(hold.status, out); }

std::optional<GrantRecord> read_grant(ByteReader& reader) {
  const auto terms = read_terms(reader);
  if (!terms) return {};
  return GrantRecord{.terms = *terms, .is_voided = reader.fixed<std::uint8_t>() != 0};
}

ChargeRecord read_charge(ByteReader& reader, std::uint8_t format) {
  ChargeRecord charge;
  charge.amount = read_credits(reader);
  charge.refunded = read_credits(reader);
  charge.debt = read_credits(reader);
  charge.payments = read_lot_amounts(reader);
  if (format == kRecordFormat) charge.caller_key = read_key(reader);
  return charge;
}

// Returns false when the bytes are not those of a record of that kind.
bool read_value(std::uint8_t format, RecordKind kind, ByteReader& reader, Record& record) {
  switch (kind) {
    case RecordKind::grant:
      if (auto grant = read_grant(reader)) return record.value = *grant, true;
      return false;
    case RecordKind::charge:
      return record.value = read_charge(reader, format), true;
    case RecordKind::hold:
      if (auto hold = read_hold(reader)) return record.value = HoldRecord{*hold}, true;
      return false;
  }
  return false;
}

void append_changes(const Record& record, std::string& out) {
  ByteWriter writer(out);
  writer.fixed(static_cast<std::uint8_t>(record.has_more_changes)).varint(record.changes.size());
  for (const std::uint64_t seq : record.changes) writer.varint(seq);
}

void read_changes(ByteReader& reader, Record& record) {
  record.has_more_changes = reader.fixed<std::uint8_t>() != 0;
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    record.changes.push_back(reader.varint());
  }
}

}  // namespace

Credits ChargeRecord::refundable() const { return minus(amount, refunded); }

Credits refunded_of(const Record& record) {
  const auto* charge = std::get_if<ChargeRecord>(&record.value);
  CHECK(charge != nullptr);
  return charge->refunded;
}

std::optional<Record> make_record(const Entry& entry) {
  Record record{.last_seq = entry.seq, .value = {}, .changes = {}};
  switch (entry.kind) {
    case EntryKind::grant:
      CHECK(entry.terms);
      record.value = GrantRecord{.terms = *entry.terms};
      return record;
    case EntryKind::charge:
    case EntryKind::capture:
      record.value = ChargeRecord{.amount = entry.amount,
                                  .refunded = {},
                                  .debt = debt_of(entry),
                                  .payments = entry.lots,
                                  .caller_key = entry.origin.caller_key};
      return record;
    case EntryKind::hold:
      CHECK(entry.hold);
      record.value = HoldRecord{.status = *entry.hold};
      return record;
    default:
      return {};
  }
}

std::optional<Id128> record_changed_by(const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::void_:
    case EntryKind::extend:
    case EntryKind::release:
    case EntryKind::repay:
      return entry.subject;
    case EntryKind::capture:
    case EntryKind::refund:
      return entry.parent;
    default:
      return {};
  }
}

void apply(Record& record, const Entry& entry) {
  if (entry.seq <= record.last_seq) return;
  std::visit([&entry](auto& value) { change(value, entry); }, record.value);
  record.last_seq = entry.seq;
  if (record.changes.size() < kMaxChangesNamed) {
    record.changes.push_back(entry.seq);
  } else {
    record.has_more_changes = true;
  }
}

std::vector<Id128> missing_records(const OrganizationState& state, const Command& command,
                                   const Records& records) {
  std::vector<Id128> missing;
  const auto need = [&](const Id128& id) {
    if (!records.has(id)) missing.push_back(id);
  };
  if (const auto* voiding = std::get_if<VoidGrant>(&command.action)) {
    need(voiding->grant);
  } else if (const auto* refund = std::get_if<RefundCharge>(&command.action)) {
    need(refund->charge);
    const auto* charge = records.find<ChargeRecord>(refund->charge);
    if (charge == nullptr) return missing;
    for (const LotAmount& payment : charge->payments) need(payment.grant);
  } else if (const Id128* hold = find_hold_of(command.action)) {
    if (!state.holds.contains(*hold)) need(*hold);
  }
  return missing;
}

void append_encoded(const Record& record, std::string& out) {
  ByteWriter(out)
      .fixed(kRecordFormat)
      .fixed(static_cast<std::uint8_t>(record.value.index() + 1))
      .varint(record.last_seq);
  std::visit([&out](const auto& value) { append_value(value, out); }, record.value);
  append_changes(record, out);
}

std::optional<Record> decode_record(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto format = reader.fixed<std::uint8_t>();
  if (format < kFormatWithoutChanges || format > kRecordFormat) return {};
  const auto kind = static_cast<RecordKind>(reader.fixed<std::uint8_t>());
  Record record;
  record.last_seq = reader.varint();
  if (!read_value(format, kind, reader, record)) return {};
  if (format == kFormatWithoutChanges) {
    record.has_more_changes = true;
  } else {
    read_changes(reader, record);
  }
  if (!reader.is_at_end()) return {};
  return record;
}

}  // namespace farthing::ledger
