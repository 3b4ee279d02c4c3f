// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/state.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "base/bytes.hpp"
#include "server/ledger/parts_codec.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

// Stored: the first byte of every encoded state.
constexpr std::uint8_t kStateFormat = 3;
constexpr std::uint8_t kFormatOfAllDays = 2;
constexpr std::uint8_t kFormatWithoutSpending = 1;

void append_lots(const std::vector<Lot>& lots, std::string& out) {
  ByteWriter writer(out);
  writer.varint(lots.size());
  for (const Lot& lot : lots) {
    writer.raw(lot.grant.as_bytes()).fixed(lot.remaining.nano());
    append_encoded(lot.terms, out);
  }
}

// Returns nothing when the bytes are not those of lots.
std::optional<std::vector<Lot>> read_lots(ByteReader& reader) {
  std::vector<Lot> lots;
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    Lot lot;
    lot.grant = read_id(reader);
    lot.remaining = read_credits(reader);
    const auto terms = read_terms(reader);
    if (!terms) return {};
    lot.terms = *terms;
    lots.push_back(std::move(lot));
  }
  return lots;
}

void append_held_lots(const std::map<Id128, HeldLot>& lots, std::string& out) {
  ByteWriter writer(out);
  writer.varint(lots.size());
  for (const auto& [grant, lot] : lots) {
    writer.raw(grant.as_bytes())
        .fixed(lot.held.nano())
        .fixed(static_cast<std::uint8_t>(lot.is_voided));
    append_encoded(lot.terms, out);
  }
}

// Returns false when the bytes are not those of held lots.
bool read_held_lots(ByteReader& reader, std::map<Id128, HeldLot>& lots) {
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    const Id128 grant = read_id(reader);
    HeldLot lot;
    lot.held = read_credits(reader);
    lot.is_voided = reader.fixed<std::uint8_t>() != 0;
    const auto terms = read_terms(reader);
    if (!terms) return false;
    lot.terms = *terms;
    lots.insert_or_assign(lots.end(), grant, lot);
  }
  return true;
}

void append_holds(const std::map<Id128, Hold>& holds, std::string& out) {
  ByteWriter writer(out);
  writer.varint(holds.size());
  for (const auto& [id, hold] : holds) {
    writer.raw(id.as_bytes());
    append_encoded(hold.status, out);
    append_lot_amounts(hold.lots, out);
    append_key(hold.caller_key, out);
  }
}

// Returns false when the bytes are not those of holds.
bool read_holds(ByteReader& reader, std::uint8_t format, std::map<Id128, Hold>& holds) {
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    const Id128 id = read_id(reader);
    const auto status = read_hold(reader);
    if (!status) return false;
    Hold hold{.status = *status, .lots = read_lot_amounts(reader)};
    if (format != kFormatWithoutSpending) hold.caller_key = read_key(reader);
    holds.insert_or_assign(holds.end(), id, std::move(hold));
  }
  return true;
}

void append_debts(const std::map<Id128, Credits>& debts, std::string& out) {
  ByteWriter writer(out);
  writer.varint(debts.size());
  for (const auto& [charge, amount] : debts) writer.raw(charge.as_bytes()).fixed(amount.nano());
}

// Returns false when the debts add up to more than can be counted.
bool read_debts(ByteReader& reader, OrganizationState& state) {
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    const Id128 charge = read_id(reader);
    state.debts.insert_or_assign(state.debts.end(), charge, read_credits(reader));
  }
  for (const auto& [charge, amount] : state.debts) {
    const auto sum = state.debt.plus(amount);
    if (!sum) return false;
    state.debt = *sum;
  }
  return true;
}

void append_spending(const OrganizationState& state, std::string& out) {
  ByteWriter writer(out);
  writer.varint(state.spending_after).varint(state.spending.size());
  for (const auto& [key, spending] : state.spending) {
    writer.raw(key.as_bytes()).varint(static_cast<std::uint64_t>(spending.held.nano()));
    for (const Credits sum : {spending.total, spending.month, spending.day}) {
      append_signed(sum, out);
    }
    writer.varint(spending.day_number);
  }
}

// Returns false when an amount is below zero that never is.
bool read_spending(ByteReader& reader, std::uint8_t format, OrganizationState& state) {
  bool is_good = true;
  const auto read = [&reader, &is_good] {
    const auto nano = static_cast<std::int64_t>(reader.varint());
    is_good = is_good && nano >= 0;
    return Credits::from_nano(nano);
  };
  state.spending_after = reader.varint();
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    const Id128 key = read_id(reader);
    KeySpending spending{.held = read()};
    for (Credits* sum : {&spending.total, &spending.month, &spending.day}) {
      *sum = format == kFormatOfAllDays ? read() : read_signed(reader);
    }
    spending.day_number = static_cast<std::uint32_t>(reader.varint());
    state.spending.insert_or_assign(state.spending.end(), key, spending);
  }
  return is_good;
}

// Returns the place in the burn order. What never ends is last.
auto burn_rank(const GrantTerms& terms, const Id128& grant) {
  return std::tuple(terms.priority, !terms.expires_at, terms.expires_at.value_or(Instant()),
                    terms.effective_at, grant);
}

}  // namespace

bool burns_before(const Lot& a, const Lot& b) {
  return burn_rank(a.terms, a.grant) < burn_rank(b.terms, b.grant);
}

KeySpending spending_of(const OrganizationState& state, const SpendingRecord& before,
                        ApiKeyId caller_key, Instant at) {
  const auto found = state.spending.find(caller_key.value);
  KeySpending since = found == state.spending.end() ? KeySpending() : found->second;
  for (const Expiry& end : state.hold_expiries) {
    if (end.at > at) break;
    const Hold& hold = state.holds.at(end.id);
    if (hold.caller_key == caller_key) since.held = minus(since.held, sum_of(hold.lots));
  }
  return as_of(add_up(before.spent, since), at);
}

Credits spendable_credits(const OrganizationState& state) {
  return plus(state.balance.available, state.debt);
}

std::vector<Lot>::const_iterator find_spendable(const OrganizationState& state, const Id128& grant,
                                                const GrantTerms& terms) {
  const auto rank = [](const Lot& lot) { return burn_rank(lot.terms, lot.grant); };
  const auto place =
      std::ranges::lower_bound(state.spendable, burn_rank(terms, grant), std::greater(), rank);
  return place != state.spendable.end() && place->grant == grant ? place : state.spendable.end();
}

std::vector<Lot>::const_iterator find_coming(const OrganizationState& state, const Id128& grant,
                                             const GrantTerms& terms) {
  const auto order = [](const Lot& lot) { return std::tuple(lot.terms.effective_at, lot.grant); };
  const auto place = std::ranges::lower_bound(state.coming, std::tuple(terms.effective_at, grant),
                                              std::greater(), order);
  return place != state.coming.end() && place->grant == grant ? place : state.coming.end();
}

std::size_t count_live_lots(const OrganizationState& state) {
  const std::size_t left = state.spendable.size() + state.coming.size();
  // Some of these may be among the spendable ones as well.
  if (left + state.held_lots.size() < kMaxLiveLots) return left + state.held_lots.size();
  return left + static_cast<std::size_t>(
                    std::ranges::count_if(state.held_lots, [&state](const auto& held) {
                      const auto& [grant, lot] = held;
                      return find_spendable(state, grant, lot.terms) == state.spendable.end();
                    }));
}

std::vector<Lot>::const_iterator find_spendable(const OrganizationState& state,
                                                const Id128& grant) {
  const auto found = std::find_if(state.spendable.rbegin(), state.spendable.rend(),
                                  [&grant](const Lot& lot) { return lot.grant == grant; });
  return found == state.spendable.rend() ? state.spendable.end() : std::prev(found.base());
}

void append_encoded(const OrganizationState& state, std::string& out) {
  ByteWriter(out)
      .fixed(kStateFormat)
      .raw(state.organization.value.as_bytes())
      .varint(state.last_seq)
      .raw(as_bytes(state.last_hash))
      .fixed(state.last_at.us())
      .fixed(state.balance.available.nano())
      .fixed(state.balance.held.nano())
      .fixed(state.overdraft_limit.nano());
  append_lots(state.spendable, out);
  append_lots(state.coming, out);
  append_held_lots(state.held_lots, out);
  append_holds(state.holds, out);
  append_debts(state.debts, out);
  append_instant(state.next_due_at, out);
  append_spending(state, out);
}

std::optional<OrganizationState> decode_state(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto format = reader.fixed<std::uint8_t>();
  if (format < kFormatWithoutSpending || format > kStateFormat) return {};
  OrganizationState state;
  state.organization = {read_id(reader)};
  state.last_seq = reader.varint();
  state.last_hash = read_digest(reader);
  state.last_at = Instant::from_us(reader.fixed<std::int64_t>());
  state.balance.available = read_credits(reader);
  state.balance.held = read_credits(reader);
  state.overdraft_limit = read_credits(reader);
  auto spendable = read_lots(reader);
  auto coming = read_lots(reader);
  if (!spendable || !coming || !read_held_lots(reader, state.held_lots) ||
      !read_holds(reader, format, state.holds) || !read_debts(reader, state)) {
    return {};
  }
  state.next_due_at = read_instant(reader);
  if (format == kFormatWithoutSpending) {
    state.spending_after = state.last_seq;
  } else if (!read_spending(reader, format, state)) {
    return {};
  }
  if (!reader.is_at_end()) return {};
  state.spendable = std::move(*spendable);
  state.coming = std::move(*coming);
  for (const Lot& lot : state.spendable) {
    if (lot.terms.expires_at) state.expiries.push_back({*lot.terms.expires_at, lot.grant});
  }
  std::ranges::sort(state.expiries, std::greater());
  for (const auto& [id, hold] : state.holds) {
    state.hold_expiries.insert({hold.status.expires_at, id});
  }
  return state;
}

}  // namespace farthing::ledger
