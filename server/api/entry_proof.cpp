// SPDX-License-Identifier: Apache-2.0
#include "server/api/entry_proof.hpp"

#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/id.hpp"

namespace farthing::api {
namespace {

std::string_view view_of(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_terms(JsonWriter& writer, const ledger::GrantTerms& terms) {
  writer.name("terms").begin_object();
  writer.member("amount", terms.amount.to_string());
  writer.member("effective_at", terms.effective_at.to_string());
  if (terms.expires_at) writer.member("expires_at", terms.expires_at->to_string());
  writer.name("priority").literal(std::to_string(terms.priority));
  writer.member("category", ledger::to_string(terms.category));
  writer.end_object();
}

void write_returning(JsonWriter& writer, const ledger::Entry& entry) {
  writer.name("returning").begin_array();
  for (const ledger::ReturningLot& lot : entry.returning) {
    writer.begin_object();
    writer.member("grant", GrantId{entry.organization, lot.grant}.to_string());
    write_terms(writer, lot.terms);
    writer.end_object();
  }
  writer.end_array();
}

void write_hold(JsonWriter& writer, const ledger::HoldStatus& hold) {
  writer.name("hold").begin_object();
  writer.member("amount", hold.amount.to_string());
  writer.member("captured", hold.captured.to_string());
  writer.member("released", hold.released.to_string());
  writer.member("expires_at", hold.expires_at.to_string());
  writer.member("over_capture", ledger::to_string(hold.over_capture));
  writer.member("state", ledger::to_string(hold.state));
  writer.end_object();
}

}  // namespace

void write_parent_if_any(JsonWriter& writer, const ledger::Entry& entry) {
  if (!entry.parent) return;
  const bool is_hold = entry.kind == ledger::EntryKind::capture;
  writer.member("parent", is_hold ? HoldId{entry.organization, *entry.parent}.to_string()
                                  : ChargeId{entry.organization, *entry.parent}.to_string());
}

void write_erasable_proof_if_any(JsonWriter& writer, const ledger::Entry& entry) {
  const ledger::Erasable& texts = entry.origin.erasable;
  const auto digest = ledger::digest_of(texts, entry.version);
  if (!digest) return;
  const bool is_first_version = entry.version == 1;
  writer.member(is_first_version ? "metadata_digest" : "erasable_digest",
                to_hex(as_bytes(*digest)));
  if (texts.is_empty()) return;
  writer.member(is_first_version ? "metadata_salt" : "erasable_salt", to_hex(view_of(texts.salt)));
}

void write_proof(JsonWriter& writer, const ledger::Entry& entry) {
  if (!entry.returning.empty()) write_returning(writer, entry);
  if (entry.terms) write_terms(writer, *entry.terms);
  if (entry.hold) write_hold(writer, *entry.hold);
  if (entry.is_continued) writer.name("continued").boolean(true);
  if (!entry.extension.empty()) writer.member("extension", to_hex(entry.extension));
  if (entry.origin.idempotency_key.empty()) return;
  writer.member("idempotency_key", entry.origin.idempotency_key);
  writer.member("fingerprint", to_hex(view_of(entry.origin.fingerprint)));
}

}  // namespace farthing::api
