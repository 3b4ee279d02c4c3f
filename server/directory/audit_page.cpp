// SPDX-License-Identifier: Apache-2.0
#include "server/directory/audit_page.hpp"

#include <utility>

#include "server/ledger/entry_id.hpp"

namespace farthing::directory {

std::uint64_t first_audit_number(const PageRequest<Id128>& page) {
  return page.after ? ledger::seq_of(*page.after) + 1 : 1;
}

bool AuditPage::take(AuditRecord record) {
  if (filter_.to && record.at >= *filter_.to) return false;
  if (examined_++ == kMaxExaminedPerPage) {
    page_.has_more = true;
    page_.resume_after = last_;
    return false;
  }
  last_ = audit_position(record);
  if (!filter_.accepts(record)) return true;
  page_.has_more = page_.records.size() == limit_;
  if (!page_.has_more) page_.records.push_back(std::move(record));
  return !page_.has_more;
}

}  // namespace farthing::directory
