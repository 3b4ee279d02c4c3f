// SPDX-License-Identifier: Apache-2.0
// Records of things that may have left the state but that a command may need: a grant that was
// spent, a charge, a hold that has ended. A record is a fold over the entries about one thing, so
// it can be made from them at any time: `make_record` of the entry that made the thing, then
// `apply` of every later one for which `record_changed_by` names it, in any number of steps.
//
// For a command, when all that is due by then is booked, a store has `collect_records` ask for what
// is needed, and looks each one up: the entry with the number in the id, and the entries about it
// since. It also applies those that are booked but not yet to be found where it looks: an entry
// that a record has in it changes nothing.
//
// What a caller's key has spent is a record as well, of a form of its own (spending_record.hpp): it
// changes with the first entry of a day and is needed where `find_capped_key` names the key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/credits.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/spending_record.hpp"
#include "server/ledger/state.hpp"

namespace farthing::ledger {

struct GrantRecord {
  GrantTerms terms;
  bool is_voided = false;
};

// The amount is always what the payments, the debt and what was refunded add up to.
struct ChargeRecord {
  Credits amount;
  Credits refunded;
  Credits debt;                     // of it, not repaid yet
  std::vector<LotAmount> payments;  // what lots have paid and not got back, in the order of payment
  std::optional<ApiKeyId> caller_key = {};  // that it was made for

  Credits refundable() const;
};

struct HoldRecord {
  HoldStatus status;
};

// A record names at most so many of the entries that have changed it.
inline constexpr std::size_t kMaxChangesNamed = 1'000;

struct Record {
  std::uint64_t last_seq = 0;  // the last entry that made or changed it
  std::variant<GrantRecord, ChargeRecord, HoldRecord> value;
  // The numbers of the first entries that have changed it, in order: with the one that made it they
  // tell its story.
  std::vector<std::uint64_t> changes;
  bool has_more_changes = false;  // others have changed it too
};

// Returns what was refunded of a charge; the record must be that of one.
Credits refunded_of(const Record& record);

// Returns nothing when the entry makes nothing that has a record.
std::optional<Record> make_record(const Entry& entry);
// Returns the id whose record the entry changes, if any: of the records that were there before, it
// changes at most one.
std::optional<Id128> record_changed_by(const Entry& entry);
// Applies `entry`, which must be about what the record is about. An entry that the record already
// has in it changes nothing.
void apply(Record& record, const Entry& entry);

// The records that were looked up for a command.
class Records {
 public:
  // Adds a record; nothing for an id that leads to none.
  void add(const Id128& id, std::optional<Record> record) { records_[id] = std::move(record); }
  bool has(const Id128& id) const { return records_.contains(id); }
  const std::optional<Record>* find(const Id128& id) const {
    const auto found = records_.find(id);
    return found == records_.end() ? nullptr : &found->second;
  }
  // Returns null when the id has led to no record, or to one of something else.
  template <class Kind>
  const Kind* find(const Id128& id) const {
    const auto found = records_.find(id);
    if (found == records_.end() || !found->second) return nullptr;
    return std::get_if<Kind>(&found->second->value);
  }
  // The record of the key that `find_capped_key` names; null: it was not looked up.
  void set_spending(const SpendingRecord& record) { spending_ = record; }
  const SpendingRecord* spending() const { return spending_ ? &*spending_ : nullptr; }

 private:
  std::map<Id128, std::optional<Record>> records_;
  std::optional<SpendingRecord> spending_;
};

// Returns what must still be looked up before `command` can be decided upon `state`, in which all
// that is due by then is booked. To make a grant, a charge or a hold needs nothing, nor does a
// command about an open hold.
std::vector<Id128> missing_records(const OrganizationState& state, const Command& command,
                                   const Records& records);

// Looks up all that `command` needs upon `state`, in which all that is due by then is booked. Both
// look-ups are asked for a thing once, and may fail: `find_record` says what an id leads to,
// nothing when it leads to no record, and `find_spending` what a caller's key has spent.
template <class FindRecord, class FindSpending>
Result<Records> collect_records(const OrganizationState& state, const Command& command,
                                FindRecord find_record, FindSpending find_spending) {
  Records records;
  for (auto missing = missing_records(state, command, records); !missing.empty();
       missing = missing_records(state, command, records)) {
    for (const Id128& id : missing) {
      Result<std::optional<Record>> record = find_record(id);
      if (!record) return std::move(record).error();
      records.add(id, *std::move(record));
    }
  }
  if (const auto key = find_capped_key(command)) {
    const Result<SpendingRecord> spending = find_spending(*key);
    if (!spending) return spending.error();
    records.set_spending(*spending);
  }
  return records;
}

// Stored: docs/reference/formats.md.
void append_encoded(const Record& record, std::string& out);
std::optional<Record> decode_record(std::string_view bytes);

}  // namespace farthing::ledger
