// SPDX-License-Identifier: Apache-2.0
// What holds of every history whatever the rules in detail: checked from the entries alone.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "model/history.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/record_book.hpp"
#include "tests/model/records_for.hpp"
#include "tests/model/story.hpp"

namespace farthing::ledger::totals_property_test {

constexpr int kCommands = 150;

// The entries of a random history, and the state after them.
struct Played {
  explicit Played(std::uint64_t seed) {
    model::History history(seed, seed % 2 == 0 ? model::Amounts::usual : model::Amounts::extreme);
    state.organization = history.organization();
    RecordBook records;
    for (int i = 0; i < kCommands; ++i) {
      Command command = history.next_command(state.balance);
      book_due(state, command.at, booked);
      for (; recorded < booked.size(); ++recorded) records.apply(booked.entries()[recorded]);
      const Records found = model::records_for(command, state, records);
      if (!decide(state, std::move(command), found, booked)) continue;
      history.learn(booked.entries()[recorded]);
      for (; recorded < booked.size(); ++recorded) records.apply(booked.entries()[recorded]);
    }
  }

  OrganizationState state;
  Booked booked;
  std::size_t recorded = 0;
};

// What a lot gives out and gets back adds up to more than a balance can.
using Sum = __int128;

// Where the credits of a grant are, counted in 10⁻⁹.
struct Account {
  Sum granted = 0;
  Sum spent = 0;
  Sum refunded = 0;
  Sum held = 0;
  Sum ended = 0;
};

void count_parts(const Entry& entry, std::map<Id128, std::int64_t>& left_of_holds,
                 std::map<Id128, Account>& accounts) {
  std::int64_t from_hold = 0;
  if (entry.kind == EntryKind::capture) {
    auto& left = left_of_holds[*entry.parent];
    from_hold = std::min(left, entry.amount.nano());
    left -= from_hold;
  }
  if (entry.kind == EntryKind::hold) left_of_holds[entry.subject] = entry.amount.nano();
  for (const LotAmount& part : entry.lots) {
    Account& account = accounts[part.grant];
    const std::int64_t amount = part.amount.nano();
    if (part.has_ended) account.ended += amount;
    switch (entry.kind) {
      case EntryKind::hold:
        account.held += amount;
        break;
      case EntryKind::release:
        account.held -= amount;
        break;
      case EntryKind::refund:
        account.refunded += amount;
        break;
      default: {
        const std::int64_t held = std::min(from_hold, amount);
        account.held -= held;
        from_hold -= held;
        account.spent += amount;
      }
    }
  }
}

RC_GTEST_PROP(TotalsProperty, EveryCreditOfAGrantIsInOnePlace, (std::uint64_t seed)) {
  const Played played(seed);
  std::map<Id128, Account> accounts;
  std::map<Id128, std::int64_t> left_of_holds;
  for (const Entry& entry : played.booked.entries()) {
    if (entry.kind == EntryKind::grant) accounts[entry.subject].granted = entry.amount.nano();
    if (entry.kind == EntryKind::expire || entry.kind == EntryKind::void_) {
      accounts[entry.subject].ended += entry.amount.nano();
    }
    count_parts(entry, left_of_holds, accounts);
  }
  std::map<Id128, std::int64_t> remaining;
  for (const auto* lots : {&played.state.spendable, &played.state.coming}) {
    for (const Lot& lot : *lots) remaining[lot.grant] = lot.remaining.nano();
  }
  for (const auto& [grant, account] : accounts) {
    const auto held = played.state.held_lots.find(grant);
    RC_ASSERT(account.held ==
              (held == played.state.held_lots.end() ? 0 : held->second.held.nano()));
    RC_ASSERT(account.granted ==
              remaining[grant] + account.held + account.spent - account.refunded + account.ended);
  }
}

RC_GTEST_PROP(TotalsProperty, RefundsNeverExceedTheirCharge, (std::uint64_t seed)) {
  const Played played(seed);
  std::map<Id128, std::int64_t> left;
  for (const Entry& entry : played.booked.entries()) {
    if (makes_charge(entry.kind)) left[entry.subject] = entry.amount.nano();
    if (entry.kind != EntryKind::refund) continue;
    left[*entry.parent] -= entry.amount.nano();
    RC_ASSERT(left[*entry.parent] >= 0);
  }
}

RC_GTEST_PROP(TotalsProperty, NothingIsSpentBelowTheLimit, (std::uint64_t seed)) {
  const Played played(seed);
  std::int64_t limit = 0;
  for (const Entry& entry : played.booked.entries()) {
    if (entry.kind == EntryKind::limit) limit = entry.amount.nano();
    if (debt_of(entry).is_positive()) RC_ASSERT(entry.available.nano() >= -limit);
    RC_ASSERT(entry.held >= Credits());
  }
}

// Grants and movements that all fit come to the same, in whatever order they arrive.
RC_GTEST_PROP(TotalsProperty, OrderDoesNotMatterToTotals, ()) {
  const auto charges = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 50));
  const auto holds = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 50));
  std::vector<std::string> lines;
  lines.reserve(charges.size() + 2 * holds.size());
  for (const int amount : charges) lines.push_back("charge ? " + std::to_string(amount));
  for (const int amount : holds) lines.push_back("hold ? " + std::to_string(amount));
  for (const int amount : holds) lines.push_back("grant ? " + std::to_string(amount));
  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto total_of = [&] {
    model::Story story;
    story.tell("0 grant 1 100000 priority=1");
    for (const std::size_t place : order) {
      std::string line = "1 " + lines[place];
      line.replace(line.find('?'), 1, std::to_string(place + 2));
      RC_ASSERT(story.tell(line).find("refused") == std::string::npos);
    }
    return story.state().balance;
  };
  const Balance in_order = total_of();
  std::mt19937_64 engine(*rc::gen::arbitrary<std::uint64_t>());
  std::ranges::shuffle(order, engine);
  const Balance shuffled = total_of();
  RC_ASSERT(in_order == shuffled);
}

}  // namespace farthing::ledger::totals_property_test
