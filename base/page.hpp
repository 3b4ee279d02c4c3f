// SPDX-License-Identifier: Apache-2.0
// Lists in parts: which part is wanted, and the part.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/id.hpp"

namespace farthing {

// Which part of a list is wanted: up to `limit` records whose key comes after `after`.
template <class Key>
struct PageRequest {
  std::optional<Key> after;  // nothing: from the start
  std::size_t limit = 100;
};

// `has_more` says whether records may follow the last of these.
template <class Record>
struct Page {
  std::vector<Record> records;
  bool has_more = false;
  // Where the next page goes on if not after the last record: a page for which much had to be
  // looked through is short, or empty, and says how far it got.
  std::optional<Id128> resume_after;
};

// So many records are looked through for one page at most.
inline constexpr std::size_t kMaxExaminedPerPage = 4'096;

}  // namespace farthing
