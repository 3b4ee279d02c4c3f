// SPDX-License-Identifier: Apache-2.0
// The latest records of the audit log, which may not be in the derived part yet. The committer
// publishes after its sync and before it answers; any thread may read.
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "server/directory/audit_record.hpp"

namespace farthing::store::embedded {

class PublishedAudit {
 public:
  // Adds the next record, in the order of the numbers.
  void add(directory::AuditRecord record) {
    const std::lock_guard lock(mutex_);
    records_.push_back(std::move(record));
  }
  // Forgets the records up to and including `number`, which are in the derived part.
  void forget(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    std::erase_if(records_, [number](const directory::AuditRecord& record) {
      return record.number <= number;
    });
  }
  // Returns the records that are here, from `number` on. Looks at every one: acts are few, and most
  // of them are derived.
  std::vector<directory::AuditRecord> find_from(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    std::vector<directory::AuditRecord> found;
    for (const directory::AuditRecord& record : records_) {
      if (record.number >= number) found.push_back(record);
    }
    return found;
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  std::vector<directory::AuditRecord> records_;
};

}  // namespace farthing::store::embedded
