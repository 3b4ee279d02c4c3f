// SPDX-License-Identifier: Apache-2.0
#include "server/api/entry_fields.hpp"

#include "base/digest.hpp"
#include "base/id.hpp"
#include "server/api/entry_proof.hpp"

namespace farthing::api {
namespace {

void write_key_if_any(JsonWriter& writer, const ledger::Origin& origin) {
  if (!origin.api_key) return;
  writer.name("key").begin_object();
  writer.member("id", *origin.api_key);
  if (origin.caller_key) writer.member("caller", *origin.caller_key);
  writer.end_object();
}

}  // namespace

void write_tags(JsonWriter& writer, const std::vector<ledger::Tag>& tags) {
  writer.begin_object();
  for (const ledger::Tag& tag : tags) writer.member(tag.name, tag.value);
  writer.end_object();
}

void write_payment_if_any(JsonWriter& writer, const ledger::Origin& origin) {
  if (const auto& price = origin.price_paid) {
    writer.name("price_paid").begin_object();
    // Amounts of every unit have nine decimals.
    writer.member("amount", Credits::from_nano(price->nano));
    writer.member("currency", price->currency);
    writer.end_object();
  }
  writer.member_if_any("payment_reference", origin.erasable.payment_reference);
}

std::string ref_of(const ledger::Entry& entry) {
  using enum ledger::EntryKind;
  switch (entry.kind) {
    case grant:
    case activate:
    case expire:
    case void_:
      return GrantId{entry.organization, entry.subject}.to_string();
    case charge:
    case capture:
    case repay:
      return ChargeId{entry.organization, entry.subject}.to_string();
    case hold:
    case extend:
    case release:
      return HoldId{entry.organization, entry.subject}.to_string();
    case refund:
      return RefundId{entry.organization, entry.subject}.to_string();
    case limit:
      break;
  }
  return entry.organization.to_string();
}

void write_remarks_if_any(JsonWriter& writer, const ledger::Origin& origin) {
  if (!origin.tags.empty()) {
    writer.name("tags");
    write_tags(writer, origin.tags);
  }
  writer.member_if_any("reason", origin.erasable.reason);
  if (!origin.erasable.metadata.empty()) writer.name("metadata").literal(origin.erasable.metadata);
}

void write_parts(JsonWriter& writer, const ledger::Entry& entry) {
  writer.begin_array();
  for (const ledger::LotAmount& part : entry.lots) {
    writer.begin_object();
    writer.member("grant", GrantId{entry.organization, part.grant});
    writer.member("amount", part.amount);
    if (part.has_ended) writer.name("ended").boolean(true);
    writer.end_object();
  }
  writer.end_array();
}

void write_entry(JsonWriter& writer, const ledger::Entry& entry) {
  const ledger::Origin& origin = entry.origin;
  writer.begin_object();
  if (entry.version > 1) writer.name("version").literal(std::to_string(entry.version));
  writer.name("seq").literal(std::to_string(entry.seq));
  writer.member("kind", ledger::to_string(entry.kind));
  writer.member("amount", entry.amount);
  writer.member("available", entry.available);
  writer.member("held", entry.held);
  writer.member("at", entry.at);
  writer.member("ref", ref_of(entry));
  write_parent_if_any(writer, entry);
  write_key_if_any(writer, origin);
  writer.member_if_any("operation", origin.operation);
  writer.member_if_any("model", origin.model);
  write_payment_if_any(writer, origin);
  write_remarks_if_any(writer, origin);
  write_erasable_proof_if_any(writer, entry);
  writer.name("grants");
  write_parts(writer, entry);
  write_proof(writer, entry);
  writer.member("hash", to_hex(as_bytes(entry.hash)));
  writer.end_object();
}

}  // namespace farthing::api
