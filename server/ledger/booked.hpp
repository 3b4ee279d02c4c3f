// SPDX-License-Identifier: Apache-2.0
// The result of booking: entries in order, the stored form of each, made once while it was hashed,
// and the spending that left the state for the records of callers' keys. One object serves any
// number of decisions without giving memory back. Not synchronised.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/spending_record.hpp"

namespace farthing::ledger {

class Booked {
 public:
  std::size_t size() const { return entries_.size(); }
  // Moving an entry out leaves its stored form in place.
  std::span<Entry> entries() { return entries_; }
  std::span<const Entry> entries() const { return entries_; }
  // Returns the stored form of an entry, valid until the next change.
  std::string_view stored(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(stored_).substr(begin, ends_[index] - begin);
  }

  // Returns the spending that left the state, in the order in which it left.
  std::span<const PastSpending> past_spending() const { return past_spending_; }

  // Begins an entry, to be filled in where it stands and then sealed.
  Entry& begin() { return entries_.emplace_back(); }
  // Chains the entry that was begun last, complete but for its hash, to the one whose hash is
  // `previous`.
  const Entry& seal(const Digest& previous) {
    append_sealed(entries_.back(), previous, stored_);
    ends_.push_back(stored_.size());
    return entries_.back();
  }
  // Adds the spending that left the state with the entry that was sealed last.
  void add(const std::vector<PastSpending>& past) {
    past_spending_.insert(past_spending_.end(), past.begin(), past.end());
  }
  void clear() {
    entries_.clear();
    past_spending_.clear();
    stored_.clear();
    ends_.clear();
  }

 private:
  std::vector<Entry> entries_;
  std::string stored_;             // of all entries, end to end
  std::vector<std::size_t> ends_;  // where each one ends in it
  std::vector<PastSpending> past_spending_;
};

}  // namespace farthing::ledger
