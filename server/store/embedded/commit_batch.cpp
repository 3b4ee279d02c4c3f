// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/commit_batch.hpp"

#include "base/check.hpp"
#include "server/ledger/entry_id.hpp"

namespace farthing::store::embedded {

void CommitAnswers::give(const std::optional<Error>& refusal) {
  const auto give_all = [&refusal](auto& answers) {
    for (auto& [reply, result] : answers) {
      if (refusal) result = *refusal;
      reply(std::move(result));
    }
    answers.clear();
  };
  give_all(settled_);
  give_all(changed_);
  give_all(noted_);
  give_all(states_);
  give_all(records_);
  give_all(spending_);
  give_all(numbers_);
}

void CommitBatch::add(WorkingLedger::Organization& organization, const ledger::Booked& booked) {
  for (std::size_t i = 0; i < booked.size(); ++i) {
    record.add_entry(booked.stored(i));
    booked_for.push_back({.organization = &organization, .seq = booked.entries()[i].seq});
  }
}

std::optional<ledger::Record> CommitBatch::find_made(OrganizationId organization,
                                                     const Id128& id) const {
  for (std::size_t i = 0; i < booked_for.size(); ++i) {
    const BookedFor& booked = booked_for[i];
    if (booked.seq != ledger::seq_of(id)) continue;
    if (booked.organization->state.organization != organization) continue;
    const auto entry = ledger::decode_entry(batch->encoded_entry(i));
    CHECK(entry);
    if (entry->subject == id) return ledger::make_record(*entry);
  }
  return {};
}

}  // namespace farthing::store::embedded
