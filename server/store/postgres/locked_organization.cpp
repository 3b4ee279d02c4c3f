// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/locked_organization.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/check.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/ledger/soundness.hpp"
#include "server/store/postgres/stored_values.hpp"

namespace farthing::store::postgres {
namespace {

// Decodes an entry that this batch has made.
ledger::Entry decode_own(std::string_view stored) {
  auto entry = ledger::decode_entry(stored);
  CHECK(entry);
  return *std::move(entry);
}

// Nobody gets this answer: the command is decided again once what is missing is read.
Error must_be_read_first() { return make_error(ErrorCode::unavailable); }

}  // namespace

void LockedOrganization::clear() {
  standing_.reset();
  is_damaged_ = false;
  outcomes_.clear();
  records_.clear();
  unreadable_.clear();
  spending_.clear();
}

void LockedOrganization::take_state(Checked<ledger::OrganizationState> state,
                                    ledger::Standing standing) {
  standing_ = standing;
  if (!state) return note_damage(state.error());
  read_ = *std::move(state);
}

void LockedOrganization::take_outcome(std::string_view key,
                                      Checked<std::vector<ledger::Entry>> entries) {
  if (!entries) session_.report_damage(entries.error());
  outcomes_[std::string(key)] = entries ? *std::move(entries) : std::vector<ledger::Entry>();
}

void LockedOrganization::take_record(const Id128& id, Checked<KnownRecord> record) {
  if (record) {
    records_[id] = *std::move(record);
    return;
  }
  session_.report_damage(record.error());
  records_[id] = {};
  unreadable_.insert(id);
}

void LockedOrganization::take_spending(const Id128& caller_key,
                                       Checked<ledger::SpendingRecord> record) {
  if (!record) session_.report_damage(record.error());
  spending_[caller_key] = record ? KnownSpending(*std::move(record)) : KnownSpending();
}

const ledger::Entry* LockedOrganization::find_first_entry(const std::string& key) const {
  const auto known = outcomes_.find(key);
  return known == outcomes_.end() || known->second.empty() ? nullptr : &known->second.front();
}

void LockedOrganization::begin(const LedgerTime& time) {
  time_ = time;
  state_ = read_;
  booked_.clear();
  fresh_.clear();
  current_records_.clear();
  changed_records_.clear();
  missing_records_.clear();
  current_spending_.clear();
  changed_spending_.clear();
  missing_spending_.clear();
}

void LockedOrganization::give_up() {
  booked_.clear();
  missing_records_.clear();
  missing_spending_.clear();
}

void LockedOrganization::append_to(LedgerWrites& writes) const {
  if (!standing_ || booked_.empty()) return;
  for (const BookedRow& row : booked_) {
    writes.add_entry(id_, row.seq, row.kind, row.idempotency_key, row.stored);
  }
  writes.add_state(state_);
  for (const Id128& changed : changed_records_) {
    writes.add_record(id_, changed, *current_records_.at(changed));
  }
  for (const Id128& key : changed_spending_) {
    writes.add_spending(id_, key, *current_spending_.at(key));
  }
}

Result<std::vector<ledger::Entry>> LockedOrganization::find_outcome(const std::string& key) const {
  if (const auto known = outcomes_.find(key); known != outcomes_.end()) {
    if (known->second.empty()) return unreadable();
    return known->second;
  }
  std::vector<ledger::Entry> entries;
  const auto fresh = fresh_.find(key);
  if (fresh == fresh_.end()) return entries;
  std::size_t place = fresh->second;
  do {
    entries.push_back(decode_own(booked_[place++].stored));
  } while (entries.back().is_continued);
  return entries;
}

Result<LockedOrganization::KnownRecord> LockedOrganization::find_record(const Id128& id) {
  if (unreadable_.contains(id)) return unreadable();
  const KnownRecord* record = find_current_record(id);
  if (record == nullptr) return must_be_read_first();
  return *record;
}

Result<ledger::SpendingRecord> LockedOrganization::find_spending(ApiKeyId caller_key) {
  const KnownSpending* record = find_current_spending(caller_key.value);
  if (record == nullptr) return must_be_read_first();
  if (!*record) return unreadable();
  return **record;
}

// Checks that a hold which is not in the state has ended, that a charge owes what the state says,
// and that what has paid for a charge is a grant.
std::optional<Error> LockedOrganization::find_damage(const ledger::Command& command,
                                                     const ledger::Records& records) const {
  if (const Id128* id = ledger::find_hold_of(command.action)) {
    const auto* hold = records.find<ledger::HoldRecord>(*id);
    if (hold != nullptr && hold->status.state == ledger::HoldState::open) return unreadable();
  }
  const auto* refund = std::get_if<ledger::RefundCharge>(&command.action);
  if (refund == nullptr) return {};
  const auto* charge = records.find<ledger::ChargeRecord>(refund->charge);
  if (charge == nullptr) return {};
  const auto debt = state_.debts.find(refund->charge);
  if (charge->debt != (debt == state_.debts.end() ? Credits() : debt->second)) return unreadable();
  const bool has_payers =
      std::ranges::all_of(charge->payments, [&](const ledger::LotAmount& payment) {
        return records.find<ledger::GrantRecord>(payment.grant) != nullptr;
      });
  if (!has_payers) return unreadable();
  return {};
}

void LockedOrganization::keep_due(const ledger::Booked& booked) {
  for (std::size_t i = 0; i < booked.size(); ++i) {
    const ledger::Entry& entry = booked.entries()[i];
    change_record(entry);
    booked_.push_back({.seq = entry.seq,
                       .kind = entry.kind,
                       .idempotency_key = entry.origin.idempotency_key,
                       .stored = std::string(booked.stored(i))});
  }
  for (const ledger::PastSpending& past : booked.past_spending()) change_spending(past);
}

void LockedOrganization::keep_outcome(const ledger::Booked& booked) {
  fresh_.emplace(booked.entries().front().origin.idempotency_key, booked_.size());
  keep_due(booked);
}

LockedOrganization::KnownRecord* LockedOrganization::find_current_record(const Id128& id) {
  if (const auto found = current_records_.find(id); found != current_records_.end()) {
    return &found->second;
  }
  // This batch has made it and not changed it since: a change would have brought it into
  // `current_records_`.
  const std::uint64_t seq = ledger::seq_of(id);
  const std::uint64_t first = read_.last_seq + 1;
  if (seq >= first && seq - first < booked_.size()) {
    const ledger::Entry maker = decode_own(booked_[seq - first].stored);
    KnownRecord made;
    if (maker.subject == id) made = ledger::make_record(maker);
    return &(current_records_[id] = std::move(made));
  }
  const auto read = records_.find(id);
  if (read == records_.end()) {
    missing_records_.insert(id);
    return nullptr;
  }
  return &(current_records_[id] = read->second);
}

LockedOrganization::KnownSpending* LockedOrganization::find_current_spending(
    const Id128& caller_key) {
  const auto found = current_spending_.find(caller_key);
  if (found != current_spending_.end()) return &found->second;
  const auto read = spending_.find(caller_key);
  if (read == spending_.end()) {
    missing_spending_.insert(caller_key);
    return nullptr;
  }
  return &(current_spending_[caller_key] = read->second);
}

void LockedOrganization::change_record(const ledger::Entry& entry) {
  const auto changed = ledger::record_changed_by(entry);
  if (!changed) return;
  KnownRecord* record = find_current_record(*changed);
  if (record == nullptr) return;  // it will be decided again
  if (!*record || !ledger::is_about(**record, entry)) {
    return note_damage(damaged("the record of what entry " + std::to_string(entry.seq) + " of " +
                               id_.to_string() + " changes is missing or another thing's"));
  }
  ledger::apply(**record, entry);
  changed_records_.insert(*changed);
}

void LockedOrganization::change_spending(const ledger::PastSpending& past) {
  KnownSpending* record = find_current_spending(past.caller_key.value);
  if (record == nullptr) return;  // it will be decided again
  if (!*record) {
    is_damaged_ = true;
    return;
  }
  ledger::apply(**record, past);
  changed_spending_.insert(past.caller_key.value);
}

void LockedOrganization::note_damage(const DatabaseError& error) {
  session_.report_damage(error);
  is_damaged_ = true;
}

}  // namespace farthing::store::postgres
