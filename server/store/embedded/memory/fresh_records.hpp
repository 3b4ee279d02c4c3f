// SPDX-License-Identifier: Apache-2.0
// The latest changes of records: entries, and additions to the records of callers' keys, that the
// derived part may not have taken in yet. Together with a record that was read there when it had
// got to `forgotten_to` of FreshOutcomes or further, this knows every record as it is. Changes are
// kept by runs, as outcomes are. Used by the committer's thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "server/ledger/record.hpp"
#include "server/store/embedded/journal/journal_record.hpp"

namespace farthing::store::embedded {

class FreshRecords {
 public:
  // Takes in `entry`, which is at `index` of `batch`, if it changes a record. Batches come in
  // order.
  void add(const std::shared_ptr<const JournalBatch>& batch, const ledger::Entry& entry,
           std::size_t index);
  // Takes in `past`, which left the state in the batch with that number. Batches come in order.
  void add(std::uint64_t batch, const ledger::PastSpending& past);
  // Applies to the record of `id` all that has changed it.
  void update(ledger::Record& record, OrganizationId organization, const Id128& id) const;
  void update(ledger::SpendingRecord& record, OrganizationId organization,
              ApiKeyId caller_key) const;
  // Makes what is added from here on belong to the next run.
  void begin_run();
  // Forgets the runs that have no batch after `number`, which must be derived.
  void forget(std::uint64_t number);

 private:
  struct Key {
    Id128 organization;
    Id128 id;

    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      return Id128Hash{}(key.organization) ^ Id128Hash {}(key.id);
    }
  };
  struct Place {
    std::shared_ptr<const JournalBatch> batch;
    std::size_t index;
  };
  struct Run {
    std::unordered_map<Key, std::vector<Place>, Hash> changes;
    std::unordered_map<Key, std::vector<ledger::PastSpending>, Hash> spending;
    std::uint64_t last_batch = 0;

    bool is_empty() const { return changes.empty() && spending.empty(); }
  };

  Run& last_run(std::uint64_t batch);

  std::deque<Run> runs_;
};

}  // namespace farthing::store::embedded
