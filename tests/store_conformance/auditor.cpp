// SPDX-License-Identifier: Apache-2.0
#include "tests/store_conformance/auditor.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <tuple>

namespace farthing::store::testing {
namespace {

using ledger::Entry;
using ledger::EntryKind;
using ledger::LotAmount;
// What is wrong, or nothing.
using Complaint = std::string;

struct AuditedLot {
  ledger::GrantTerms terms;
  std::int64_t left = 0;
  std::int64_t held = 0;
  bool is_open = false;  // spendable as far as the entries say
  bool is_voided = false;

  bool has_ended_at(Instant at) const {
    return is_voided || (terms.expires_at && *terms.expires_at <= at);
  }
};

struct AuditedCharge {
  std::int64_t left = 0;  // not refunded
  std::int64_t owed = 0;
  std::vector<LotAmount> payments;  // not refunded
};

struct AuditedHold {
  Instant expires_at;
  std::vector<LotAmount> parts;
};

std::int64_t nano_of(std::span<const LotAmount> parts) {
  std::int64_t sum = 0;
  for (const LotAmount& part : parts) sum += part.amount.nano();
  return sum;
}

void reduce(LotAmount& part, std::int64_t by) {
  part.amount = Credits::from_nano(part.amount.nano() - by);
}

class Auditor {
 public:
  Complaint next(const Entry& entry) {
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
    if (Complaint wrong = move(entry); !wrong.empty()) return wrong;
    return check_balance(entry);
  }

 private:
  Complaint check_balance(const Entry& entry) const {
    std::int64_t spendable = 0;
    std::int64_t held = 0;
    for (const auto& [id, lot] : lots_) {
      if (lot.left < 0 || lot.held < 0) return "a lot is below zero";
      spendable += lot.is_open ? lot.left : 0;
      held += lot.held;
    }
    std::int64_t owed = 0;
    for (const auto& [id, charge] : charges_) owed += charge.owed;
    if (entry.available.nano() != spendable - owed) return "its balance is not the sum of the lots";
    if (entry.held.nano() != held) return "what is held is not the sum of the holds";
    if (owed > 0 && spendable > 0 && !entry.is_continued) return "what is owed is not repaid";
    return {};
  }

  Complaint move(const Entry& entry) {
    switch (entry.kind) {
      case EntryKind::grant:
        return give(entry);
      case EntryKind::activate:
        return open(entry);
      case EntryKind::expire:
        return end(entry);
      case EntryKind::void_:
        return take_back(entry);
      case EntryKind::charge:
        return charge(entry, entry.lots);
      case EntryKind::hold:
        return hold(entry);
      case EntryKind::extend:
        return extend(entry);
      case EntryKind::capture:
        return capture(entry);
      case EntryKind::release:
        return release(entry);
      case EntryKind::refund:
        return refund(entry);
      case EntryKind::repay:
        return repay(entry);
      case EntryKind::limit:
        limit_ = entry.amount.nano();
        return {};
    }
    return "its kind is unknown";
  }

  Complaint give(const Entry& entry) {
    if (!entry.terms || lots_.contains(entry.subject)) return "it gives no new lot";
    lots_[entry.subject] = {.terms = *entry.terms,
                            .left = entry.amount.nano(),
                            .is_open = entry.terms->effective_at <= entry.at};
    return {};
  }

  Complaint open(const Entry& entry) {
    AuditedLot& lot = lots_[entry.subject];
    if (lot.is_open || lot.left == 0 || lot.terms.effective_at != entry.at) {
      return "nothing becomes spendable here";
    }
    lot.is_open = true;
    return {};
  }

  Complaint end(const Entry& entry) {
    AuditedLot& lot = lots_[entry.subject];
    if (!lot.is_open || lot.terms.expires_at != entry.at) return "nothing ends here";
    if (lot.left == 0 || lot.left != entry.amount.nano()) return "it ends another amount";
    lot.left = 0;
    return {};
  }

  Complaint take_back(const Entry& entry) {
    AuditedLot& lot = lots_[entry.subject];
    if (lot.has_ended_at(entry.at)) return "it voids what has ended";
    if (lot.left != entry.amount.nano()) return "it voids another amount";
    lot.left = 0;
    lot.is_voided = true;
    return {};
  }

  // Makes a charge that `parts` of the spendable lots pay, and debt what they do not.
  Complaint charge(const Entry& entry, std::span<const LotAmount> parts) {
    if (Complaint wrong = take(parts, entry.at); !wrong.empty()) return wrong;
    const std::int64_t owed = entry.amount.nano() - nano_of(entry.lots);
    if (owed < 0) return "its lots pay more than it";
    if (owed > 0 && (next_to_burn(entry.at) != lots_.end() || entry.available.nano() < -limit_)) {
      return "it may not make this debt";
    }
    charges_[entry.subject] = {.left = entry.amount.nano(), .owed = owed, .payments = entry.lots};
    return {};
  }

  Complaint hold(const Entry& entry) {
    if (Complaint wrong = take(entry.lots, entry.at); !wrong.empty()) {
      return wrong;
    }
    if (nano_of(entry.lots) != entry.amount.nano()) return "its lots are not what it holds";
    for (const LotAmount& part : entry.lots) lots_[part.grant].held += part.amount.nano();
    holds_[entry.subject] = {.expires_at = entry.hold.value().expires_at, .parts = entry.lots};
    return {};
  }

  Complaint extend(const Entry& entry) {
    const auto hold = holds_.find(entry.subject);
    if (hold == holds_.end() || entry.hold.value().expires_at < hold->second.expires_at) {
      return "it extends nothing";
    }
    hold->second.expires_at = entry.hold->expires_at;
    return {};
  }

  Complaint capture(const Entry& entry) {
    const auto hold = holds_.find(entry.parent.value());
    if (hold == holds_.end() || hold->second.expires_at <= entry.at) return "its hold is not open";
    std::vector<LotAmount>& parts = hold->second.parts;
    std::size_t taken = 0;
    for (; taken < entry.lots.size() && !parts.empty(); ++taken) {
      const LotAmount& part = entry.lots[taken];
      if (part.grant != parts.front().grant || part.amount > parts.front().amount) {
        return "it takes what its hold does not have";
      }
      lots_[part.grant].held -= part.amount.nano();
      reduce(parts.front(), part.amount.nano());
      if (parts.front().amount.is_zero()) parts.erase(parts.begin());
    }
    if (parts.empty()) holds_.erase(hold);
    return charge(entry, std::span(entry.lots).subspan(taken));
  }

  Complaint release(const Entry& entry) {
    const auto hold = holds_.find(entry.subject);
    if (hold == holds_.end() || hold->second.expires_at < entry.at) return "its hold is not open";
    if (hold->second.parts.size() != entry.lots.size()) return "it does not release all";
    for (std::size_t i = 0; i < entry.lots.size(); ++i) {
      const LotAmount& part = entry.lots[i];
      const LotAmount& held = hold->second.parts[i];
      if (part.grant != held.grant || part.amount != held.amount) return "it releases another part";
      lots_[part.grant].held -= part.amount.nano();
      if (Complaint wrong = give_back(part, entry.at); !wrong.empty()) return wrong;
    }
    holds_.erase(hold);
    return {};
  }

  Complaint refund(const Entry& entry) {
    const auto found = charges_.find(entry.parent.value());
    if (found == charges_.end() || found->second.left < entry.amount.nano()) {
      return "it refunds what there is not";
    }
    AuditedCharge& charge = found->second;
    const std::int64_t from_debt = entry.amount.nano() - nano_of(entry.lots);
    if (from_debt != std::min(charge.owed, entry.amount.nano())) return "debt does not come first";
    charge.left -= entry.amount.nano();
    charge.owed -= from_debt;
    for (const LotAmount& part : entry.lots) {
      LotAmount& payment = charge.payments.back();
      if (part.grant != payment.grant || part.amount > payment.amount) {
        return "it does not go back in the reverse of payment";
      }
      reduce(payment, part.amount.nano());
      if (payment.amount.is_zero()) charge.payments.pop_back();
      if (Complaint wrong = give_back(part, entry.at); !wrong.empty()) return wrong;
    }
    return {};
  }

  Complaint repay(const Entry& entry) {
    const auto oldest =
        std::ranges::find_if(charges_, [](const auto& each) { return each.second.owed > 0; });
    if (oldest == charges_.end() || oldest->first != entry.subject) return "another debt is older";
    if (nano_of(entry.lots) != entry.amount.nano() || oldest->second.owed < entry.amount.nano()) {
      return "it repays another amount";
    }
    oldest->second.owed -= entry.amount.nano();
    for (const LotAmount& part : entry.lots) oldest->second.payments.push_back(part);
    return take(entry.lots, entry.at);
  }

  Complaint give_back(const LotAmount& part, Instant at) {
    AuditedLot& lot = lots_[part.grant];
    if (part.has_ended != lot.has_ended_at(at))
      return "a part ends that should not, or the reverse";
    if (!part.has_ended) lot.left += part.amount.nano();
    return {};
  }

  // Takes the parts from the spendable lots, each of which must be next in the burn order.
  Complaint take(std::span<const LotAmount> parts, Instant at) {
    for (const LotAmount& part : parts) {
      const auto next = next_to_burn(at);
      if (next == lots_.end() || next->first != part.grant) return "it is not in burn order";
      std::int64_t& left = next->second.left;
      if (part.amount.nano() <= 0 || part.amount.nano() > left) {
        return "a lot pays what it does not have";
      }
      left -= part.amount.nano();
    }
    return {};
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
      const bool is_spendable = lot.is_open && lot.left > 0 && !lot.has_ended_at(at);
      if (is_spendable && (best == lots_.end() || rank(each) < rank(best))) best = each;
    }
    return best;
  }

  std::uint64_t seq_ = 0;
  std::int64_t last_us_ = 0;
  Digest hash_{};
  std::set<std::string> keys_;
  std::map<Id128, AuditedLot> lots_;
  std::map<Id128, AuditedCharge> charges_;  // in the order of their making
  std::map<Id128, AuditedHold> holds_;      // open
  std::int64_t limit_ = 0;
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
