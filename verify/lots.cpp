// SPDX-License-Identifier: Apache-2.0
#include "verify/lots.hpp"

#include <algorithm>

namespace farthing::verify {
namespace {

// Checks that every credit of the lot is in exactly one place.
Check check_lot(const Id128& id, const Lot& lot) {
  const Nano sum = Nano{lot.remaining} + lot.held + lot.spent + lot.ended;
  const bool is_below_zero = std::min({lot.remaining, lot.held, lot.spent, lot.ended}) < 0;
  std::string name = "what the grant ";
  id.append_to(name);
  name += " adds up to";
  if (is_below_zero) {
    return Finding{.what = name, .expected = "nothing below zero", .found = "less than zero"};
  }
  return expect_equal(name, nano(lot.terms.amount), sum);
}

}  // namespace

void Lot::append_to(std::string& out) const {
  append(terms, out);
  ByteWriter(out)
      .fixed(remaining)
      .fixed(held)
      .fixed(spent)
      .fixed(ended)
      .fixed(static_cast<std::uint8_t>(is_open))
      .fixed(static_cast<std::uint8_t>(is_voided));
}

Lot Lot::read(ByteReader& in) {
  Lot lot;
  lot.terms = read_terms(in);
  lot.remaining = in.fixed<std::int64_t>();
  lot.held = in.fixed<std::int64_t>();
  lot.spent = in.fixed<std::int64_t>();
  lot.ended = in.fixed<std::int64_t>();
  lot.is_open = in.fixed<std::uint8_t>() != 0;
  lot.is_voided = in.fixed<std::uint8_t>() != 0;
  return lot;
}

Lots::Rank Lots::rank_of(const Id128& id, const Lot& lot) {
  const Terms& terms = lot.terms;
  return {terms.priority, !terms.expires_at, terms.expires_at.value_or(Instant()),
          terms.effective_at, id};
}

Lot& Lots::make(const Id128& id, const Terms& terms, Instant at) {
  Lot& lot = things_.make(id, {.terms = terms, .is_open = terms.effective_at <= at});
  change_remaining(id, lot, terms.amount.nano());
  return lot;
}

void Lots::make_spendable(const Id128& id, Lot& lot) {
  const std::int64_t amount = lot.remaining;
  change_remaining(id, lot, -amount);
  lot.is_open = true;
  change_remaining(id, lot, amount);
}

void Lots::make_void(const Id128& id, std::uint64_t seq) {
  if (Lot* const lot = things_.find_to_change(id, seq)) lot->is_voided = true;
}

// Changes the sets only when a lot becomes empty or stops being so.
void Lots::change_remaining(const Id128& id, Lot& lot, std::int64_t by) {
  const bool was_empty = lot.remaining == 0;
  lot.remaining += by;
  if (lot.is_open) spendable_ += by;
  const bool is_empty = lot.remaining == 0;
  if (is_empty != was_empty) count(id, lot, is_empty ? -1 : 1);
}

void Lots::count(const Id128& id, const Lot& lot, int sign) {
  const auto change = [sign](auto& set, const auto& element) {
    if (sign > 0) {
      set.insert(element);
    } else {
      set.erase(element);
    }
  };
  if (!lot.is_open) return change(activations_, Due(lot.terms.effective_at, id));
  change(burn_order_, rank_of(id, lot));
  if (lot.terms.expires_at) change(expiries_, Due(*lot.terms.expires_at, id));
}

void Lots::change_held(Lot& lot, std::int64_t by) {
  lot.held += by;
  held_ += by;
}

const Id128* Lots::first_to_burn() const {
  return burn_order_.empty() ? nullptr : &std::get<Id128>(*burn_order_.begin());
}

const Due* Lots::next_activation() const {
  return activations_.empty() ? nullptr : &*activations_.begin();
}

const Due* Lots::next_expiry() const { return expiries_.empty() ? nullptr : &*expiries_.begin(); }

std::vector<Id128> Lots::in_burn_order() const {
  std::vector<Id128> lots;
  lots.reserve(burn_order_.size());
  for (const Rank& rank : burn_order_) lots.push_back(std::get<Id128>(rank));
  return lots;
}

std::vector<Id128> Lots::in_activation_order() const {
  std::vector<Id128> lots;
  lots.reserve(activations_.size());
  for (const Due& due : activations_) lots.push_back(due.second);
  return lots;
}

Check Lots::settle(const Entry& entry) {
  Check wrong;
  const auto check = [&](const Id128& id) {
    const Lot* const lot = wrong ? nullptr : things_.find(id);
    if (lot != nullptr) wrong = check_lot(id, *lot);
  };
  check(entry.subject);
  for (const Part& part : entry.parts) check(part.grant);
  things_.settle();
  return wrong;
}

}  // namespace farthing::verify
