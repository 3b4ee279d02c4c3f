// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/memory/working_ledger.hpp"

#include <variant>

#include "base/check.hpp"

namespace farthing::store::embedded {

void WorkingLedger::apply(const directory::DirectoryRecord& record) {
  directory_.apply(record);
  if (const auto* made = std::get_if<directory::Organization>(&record)) {
    auto& organization = organizations_[made->id.value];
    if (!organization) organization = std::make_unique<Organization>();
    organization->state.organization = made->id;
    organization->is_disabled = made->disabled_at.has_value();
  }
}

void WorkingLedger::know(directory::DirectoryReceipt receipt) {
  if (directory_.find_receipt(receipt.actor, receipt.idempotency_key) != nullptr) return;
  directory_.apply(std::move(receipt));
}

void WorkingLedger::load(ledger::OrganizationState state) {
  Organization* organization = find(state.organization);
  CHECK(organization != nullptr);
  organization->state = std::move(state);
  reschedule(*organization);
}

WorkingLedger::Organization* WorkingLedger::find(OrganizationId organization) {
  const auto found = organizations_.find(organization.value);
  return found == organizations_.end() ? nullptr : found->second.get();
}

void WorkingLedger::reschedule(Organization& organization) {
  const auto& due_at = organization.state.next_due_at;
  if (organization.scheduled_for == due_at) return;
  if (organization.scheduled_for) {
    schedule_.erase({*organization.scheduled_for, &organization});
  }
  if (due_at) schedule_.emplace(*due_at, &organization);
  organization.scheduled_for = due_at;
}

std::optional<Instant> WorkingLedger::next_due_at() const {
  if (schedule_.empty()) return {};
  return schedule_.begin()->first;
}

}  // namespace farthing::store::embedded
