// SPDX-License-Identifier: Apache-2.0
#include "tests/store_conformance/auditor.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <tuple>

namespace farthing::store::testing {
namespace {

using ledger::Entry;
using ledger::EntryKind;

struct AuditedLot {
  ledger::GrantTerms terms;
  std::int64_t left = 0;
  bool is_open = false;  // spendable as far as the entries say
};

class Auditor {
 public:
  // What is wrong with the next entry, or nothing.
  std::string next(const Entry& entry) {
    if (entry.seq != ++seq_) return "it is not the next in number";
    if (entry.at.us() < last_us_) return "it is earlier than the one before";
    last_us_ = entry.at.us();
    if (sha256({as_bytes(hash_), ledger::canonical_bytes(entry)}) != entry.hash) {
      return "its hash does not follow";
    }
    hash_ = entry.hash;
    if (!entry.origin.idempotency_key.empty() &&
        !keys_.insert(entry.origin.idempotency_key).second) {
      return "its idempotency key led to an entry before";
    }
    if (std::string wrong = move(entry); !wrong.empty()) return wrong;
    std::int64_t available = 0;
    for (const auto& [id, lot] : lots_) available += lot.is_open ? lot.left : 0;
    if (entry.available.nano() != available) return "its balance is not the sum of the lots";
    if (available < 0 || entry.held.nano() != 0) return "its balance cannot be";
    return {};
  }

 private:
  std::string move(const Entry& entry) {
    switch (entry.kind) {
      case EntryKind::grant:
        return give(entry);
      case EntryKind::activate:
        return open(entry);
      case EntryKind::expire:
        return end(entry);
      case EntryKind::charge:
        return spend(entry);
    }
    return "its kind is unknown";
  }

  std::string give(const Entry& entry) {
    if (!entry.terms || lots_.contains(entry.subject)) return "it gives no new lot";
    lots_[entry.subject] = {.terms = *entry.terms,
                            .left = entry.amount.nano(),
                            .is_open = entry.terms->effective_at <= entry.at};
    return {};
  }

  std::string open(const Entry& entry) {
    AuditedLot& lot = lots_[entry.subject];
    if (lot.is_open || lot.left == 0 || lot.terms.effective_at != entry.at) {
      return "nothing becomes spendable here";
    }
    lot.is_open = true;
    return {};
  }

  std::string end(const Entry& entry) {
    AuditedLot& lot = lots_[entry.subject];
    if (!lot.is_open || lot.terms.expires_at != entry.at) return "nothing ends here";
    if (lot.left == 0 || lot.left != entry.amount.nano()) return "it ends another amount";
    lot.left = 0;
    return {};
  }

  std::string spend(const Entry& entry) {
    std::int64_t paid = 0;
    for (const ledger::LotAmount& part : entry.lots) {
      const auto next = next_to_burn(entry.at);
      if (next == lots_.end() || next->first != part.grant) return "it is not in burn order";
      if (part.amount.nano() <= 0 || part.amount.nano() > next->second.left) {
        return "a lot pays what it does not have";
      }
      next->second.left -= part.amount.nano();
      paid += part.amount.nano();
    }
    return paid == entry.amount.nano() ? "" : "its lots do not pay it";
  }

  std::map<Id128, AuditedLot>::iterator next_to_burn(Instant at) {
    const auto rank = [](const auto& element) {
      const ledger::GrantTerms& terms = element->second.terms;
      const std::int64_t end =
          terms.expires_at ? terms.expires_at->us() : std::numeric_limits<std::int64_t>::max();
      return std::tuple(terms.priority, end, terms.effective_at.us(), element->first);
    };
    auto best = lots_.end();
    for (auto each = lots_.begin(); each != lots_.end(); ++each) {
      const AuditedLot& lot = each->second;
      const bool is_spendable = lot.is_open && lot.left > 0 && lot.terms.effective_at <= at &&
                                (!lot.terms.expires_at || at < *lot.terms.expires_at);
      if (is_spendable && (best == lots_.end() || rank(each) < rank(best))) best = each;
    }
    return best;
  }

  std::uint64_t seq_ = 0;
  std::int64_t last_us_ = 0;
  Digest hash_{};
  std::set<std::string> keys_;
  std::map<Id128, AuditedLot> lots_;
};

}  // namespace

std::string audit(const std::vector<Entry>& entries) {
  Auditor auditor;
  for (const Entry& entry : entries) {
    if (const std::string wrong = auditor.next(entry); !wrong.empty()) {
      return "entry " + std::to_string(entry.seq) + ": " + wrong;
    }
  }
  return {};
}

}  // namespace farthing::store::testing
