// SPDX-License-Identifier: Apache-2.0
// Lists in parts: the request for a part, and the part.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/id.hpp"

namespace farthing {

// The part of a list that is wanted: up to `limit` records whose key comes after `after`.
template <class Key>
struct PageRequest {
  std::optional<Key> after;  // nothing: from the start
  std::size_t limit = 100;
};

// A part of a list. `has_more` says whether records may follow the last of these.
template <class Record>
struct Page {
  std::vector<Record> records;
  bool has_more = false;
  // The key after which the next page goes on, when that is not the last record's: a page that took
  // much searching is short, or empty, and says how far it got.
  std::optional<Id128> resume_after;
};

// At most this many records are searched for one page.
inline constexpr std::size_t kMaxExaminedPerPage = 4'096;

}  // namespace farthing
