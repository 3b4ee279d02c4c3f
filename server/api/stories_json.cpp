// SPDX-License-Identifier: Apache-2.0
#include "server/api/stories_json.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "base/id.hpp"
#include "server/api/entry_fields.hpp"
#include "server/api/records_json.hpp"

namespace farthing::api {
namespace {

using ledger::EntryKind;

std::string refund_id_of(const ledger::Entry& entry) {
  return RefundId{entry.organization, entry.subject}.to_string();
}

void write_refund_of_story(JsonWriter& writer, const ledger::Entry& entry) {
  writer.member("id", refund_id_of(entry)).member("amount", entry.amount);
  writer.member("ended", ended_of(entry));
  write_remarks_if_any(writer, entry.origin);
  writer.name("grants");
  write_parts(writer, entry);
  writer.member("created_at", entry.at);
}

void write_extension(JsonWriter& writer, const ledger::Entry& entry) {
  CHECK(entry.hold);
  writer.member("expires_at", entry.hold->expires_at);
  write_remarks_if_any(writer, entry.origin);
  writer.member("at", entry.at);
}

void write_capture(JsonWriter& writer, const ledger::Entry& entry) {
  writer.member("charge", ChargeId{entry.organization, entry.subject});
  writer.member("amount", entry.amount);
  write_remarks_if_any(writer, entry.origin);
  writer.member("at", entry.at);
}

void write_release(JsonWriter& writer, const ledger::Entry& entry) {
  writer.member("amount", entry.amount);
  write_remarks_if_any(writer, entry.origin);
  writer.member("at", entry.at);
}

// Writes those of `entries` that are of that kind, each as one object.
void write_kind(JsonWriter& writer, std::string_view name,
                const std::vector<ledger::Entry>& entries, EntryKind kind,
                void (*write)(JsonWriter&, const ledger::Entry&)) {
  writer.name(name).begin_array();
  for (const ledger::Entry& entry : entries) {
    if (entry.kind != kind) continue;
    writer.begin_object();
    write(writer, entry);
    writer.end_object();
  }
  writer.end_array();
}

void write_more_if_any(JsonWriter& writer, bool has_more) {
  if (has_more) writer.name("has_more").boolean(true);
}

void write_share(JsonWriter& writer, OrganizationId organization,
                 const service::GrantShare& share) {
  writer.begin_object();
  writer.member("grant", GrantId{organization, share.grant});
  writer.member("category", ledger::to_string(share.terms.category));
  writer.name("priority").literal(std::to_string(share.terms.priority));
  writer.member("effective_at", share.terms.effective_at);
  if (share.terms.expires_at) writer.member("expires_at", *share.terms.expires_at);
  writer.member("paid", share.paid).member("repaid", share.repaid);
  writer.member("refunded", share.refunded).member("ended", share.ended);
  writer.end_object();
}

void write_debt(JsonWriter& writer, const service::ChargeDebt& debt) {
  writer.begin_object();
  writer.member("incurred", debt.incurred).member("repaid", debt.repaid);
  writer.member("refunded", debt.refunded).member("owed", debt.owed);
  writer.end_object();
}

void write_step(JsonWriter& writer, const ledger::Entry& entry) {
  const Credits debt = debt_of(entry);
  writer.begin_object();
  writer.member("kind", ledger::to_string(entry.kind));
  if (entry.kind == EntryKind::refund) writer.member("refund", refund_id_of(entry));
  writer.member("amount", entry.amount);
  if (!debt.is_zero()) writer.member("debt", debt);
  writer.name("grants");
  write_parts(writer, entry);
  writer.member("at", entry.at);
  writer.end_object();
}

}  // namespace

void write_charge_story(JsonWriter& writer, const service::ChargeStory& story) {
  writer.begin_object();
  write_charge_members(writer, story.entry, story.record.refunded);
  write_kind(writer, "refunds", story.changes, EntryKind::refund, write_refund_of_story);
  write_more_if_any(writer, story.has_more);
  writer.end_object();
}

void write_hold_story(JsonWriter& writer, const service::HoldStory& story) {
  const ledger::Entry& entry = story.entry;
  writer.begin_object();
  write_hold_members(writer, {entry.organization, entry.subject}, story.status, entry.origin);
  write_purpose_if_any(writer, entry.origin);
  writer.name("grants");
  write_parts(writer, entry);
  write_kind(writer, "extensions", story.changes, EntryKind::extend, write_extension);
  write_kind(writer, "captures", story.changes, EntryKind::capture, write_capture);
  write_kind(writer, "releases", story.changes, EntryKind::release, write_release);
  write_more_if_any(writer, story.has_more);
  writer.name("balance").begin_object();
  writer.member("available", story.balance.available);
  writer.member("held", story.balance.held);
  writer.end_object();
  writer.member("created_at", entry.at);
  writer.end_object();
}

void write_charge_explanation(JsonWriter& writer, const service::ChargeExplanation& explanation) {
  const service::ChargeStory& story = explanation.story;
  writer.begin_object();
  writer.name("charge").begin_object();
  write_charge_members(writer, story.entry, story.record.refunded);
  writer.end_object();
  writer.name("grants").begin_array();
  for (const service::GrantShare& share : explanation.grants) {
    write_share(writer, story.entry.organization, share);
  }
  writer.end_array();
  writer.name("debt");
  write_debt(writer, explanation.debt);
  writer.name("steps").begin_array();
  write_step(writer, story.entry);
  for (const ledger::Entry& entry : story.changes) write_step(writer, entry);
  writer.end_array();
  write_more_if_any(writer, story.has_more);
  writer.end_object();
}

}  // namespace farthing::api
