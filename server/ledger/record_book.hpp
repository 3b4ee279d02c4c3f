// SPDX-License-Identifier: Apache-2.0
// The records of one organization, all in memory: for stores that keep everything there. Not
// synchronised.
#pragma once

#include <unordered_map>

#include "base/id.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/record.hpp"

namespace farthing::ledger {

class RecordBook {
 public:
  // Entries come in order, each once.
  void apply(const Entry& entry);
  void apply(const PastSpending& past);
  // Applies all that was booked.
  void apply(const Booked& booked);
  // Returns null when nothing has that id.
  const Record* find(const Id128& id) const;
  // Returns the record of a caller's key, or null when it has none.
  const SpendingRecord* find_spending(ApiKeyId caller_key) const;

 private:
  std::unordered_map<Id128, Record, Id128Hash> records_;
  std::unordered_map<Id128, SpendingRecord, Id128Hash> spending_;  // by callers' keys
};

}  // namespace farthing::ledger
