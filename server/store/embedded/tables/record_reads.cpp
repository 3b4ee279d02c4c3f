// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/tables/record_reads.hpp"

#include <utility>

#include "server/ledger/soundness.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"

namespace farthing::store::embedded {

Result<std::optional<ledger::Record>> RecordReads::find_changed(OrganizationId organization,
                                                                const Id128& id) const {
  const auto encoded = database_.find(Family::records, record_key(organization, id));
  if (!encoded) return encoded.error();
  if (!*encoded) return std::optional<ledger::Record>();
  auto record = ledger::decode_record(**encoded);
  if (!record || !ledger::is_sound(*record)) {
    return database_.damaged("a record of " + organization.to_string() + " cannot be read");
  }
  return record;
}

Result<std::optional<ledger::Record>> RecordReads::find(OrganizationId organization,
                                                        const Id128& id) const {
  auto changed = find_changed(organization, id);
  if (!changed || *changed) return changed;
  const auto maker = entries_.find_maker(organization, id);
  if (!maker) return maker.error();
  if (!*maker) return std::optional<ledger::Record>();
  return ledger::make_record(**maker);
}

Result<ledger::SpendingRecord> RecordReads::find_spending(OrganizationId organization,
                                                          ApiKeyId caller_key) const {
  const auto encoded = database_.find(Family::spending, spending_key(organization, caller_key));
  if (!encoded) return encoded.error();
  if (!*encoded) return ledger::SpendingRecord();
  const auto record = ledger::decode_spending_record(**encoded);
  if (!record) {
    return database_.damaged("what a caller's key has spent of " + organization.to_string() +
                             " cannot be read");
  }
  return *record;
}

Result<ledger::Records> RecordReads::collect(const ledger::Command& command) const {
  // A hold is nearly always open, and then its command needs no records.
  if (ledger::find_hold_of(command.action) != nullptr) return ledger::Records();
  return ledger::collect_records(
      ledger::OrganizationState(), command,
      [&](const Id128& id) { return find(command.organization, id); },
      [&](ApiKeyId caller_key) { return find_spending(command.organization, caller_key); });
}

}  // namespace farthing::store::embedded
