// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/entry_filter.hpp"

namespace farthing::ledger {

bool EntryFilter::accepts(const Entry& entry) const {
  if (kind && entry.kind != *kind) return false;
  if (from && entry.at < *from) return false;
  if (ends_before(entry)) return false;
  if (!operation.empty() && entry.origin.operation != operation) return false;
  return !key || entry.origin.api_key == key || entry.origin.caller_key == key;
}

}  // namespace farthing::ledger
