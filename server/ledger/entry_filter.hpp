// SPDX-License-Identifier: Apache-2.0
// A filter of an organization's entries: an entry passes when it agrees with every part that is
// set. A plain value.
#pragma once

#include <optional>
#include <string>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::ledger {

struct EntryFilter {
  std::optional<EntryKind> kind;
  std::optional<Instant> from;  // not before
  std::optional<Instant> to;    // before
  std::string operation;        // empty: any
  std::optional<ApiKeyId> key;  // the key that did it, or the caller's

  bool accepts(const Entry& entry) const;
  // Returns whether neither this entry nor any after it can pass: entries are in order of time.
  bool ends_before(const Entry& entry) const { return to && *to <= entry.at; }
};

}  // namespace farthing::ledger
