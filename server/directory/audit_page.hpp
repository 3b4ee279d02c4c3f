// SPDX-License-Identifier: Apache-2.0
// Makes a page of the audit log from its records in order, alike for every store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/id.hpp"
#include "base/page.hpp"
#include "server/directory/audit_record.hpp"

namespace farthing::directory {

// Returns the number of the first record that a page may have.
std::uint64_t first_audit_number(const PageRequest<Id128>& page);

// A page in the making. It takes the records one after another, from the first that it may have.
class AuditPage {
 public:
  // Both must outlive this.
  AuditPage(const AuditFilter& filter, const PageRequest<Id128>& request)
      : filter_(filter), limit_(request.limit) {}

  // Returns false when no more are needed.
  bool take(AuditRecord record);
  Page<AuditRecord> finish() { return std::move(page_); }

 private:
  const AuditFilter& filter_;
  const std::size_t limit_;
  std::size_t examined_ = 0;
  Page<AuditRecord> page_;
  Id128 last_;  // examined
};

}  // namespace farthing::directory
