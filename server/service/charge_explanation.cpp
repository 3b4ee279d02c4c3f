// SPDX-License-Identifier: Apache-2.0
#include "server/service/charge_explanation.hpp"

#include <cstddef>
#include <set>
#include <utility>
#include <variant>

#include "base/check.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::service {
namespace {

using ledger::EntryKind;
using ledger::minus;
using ledger::plus;
using Records = std::vector<std::optional<ledger::Record>>;

void add_part(const ledger::Entry& entry, const ledger::LotAmount& part, GrantShare& share) {
  switch (entry.kind) {
    case EntryKind::refund:
      share.refunded = plus(share.refunded, part.amount);
      if (part.has_ended) share.ended = plus(share.ended, part.amount);
      return;
    case EntryKind::repay:
      share.repaid = plus(share.repaid, part.amount);
      return;
    default:
      share.paid = plus(share.paid, part.amount);
  }
}

void add_debt(const ledger::Entry& entry, ChargeDebt& debt) {
  const Credits change = debt_of(entry);
  switch (entry.kind) {
    case EntryKind::refund:
      debt.refunded = minus(debt.refunded, change);
      return;
    case EntryKind::repay:
      debt.repaid = minus(debt.repaid, change);
      return;
    default:
      debt.incurred = plus(debt.incurred, change);
  }
}

template <class Visit>
void visit_entries(const ChargeStory& story, Visit visit) {
  visit(story.entry);
  for (const ledger::Entry& entry : story.changes) visit(entry);
}

// Returns the terms in the records of `grants`, all of which are there: they have paid.
std::map<Id128, ledger::GrantTerms> terms_of(const std::vector<Id128>& grants,
                                             const Records& records) {
  std::map<Id128, ledger::GrantTerms> terms;
  for (std::size_t i = 0; i < grants.size(); ++i) {
    CHECK(records[i]);
    terms.emplace(grants[i], std::get<ledger::GrantRecord>(records[i]->value).terms);
  }
  return terms;
}

}  // namespace

std::vector<Id128> grants_of(const ChargeStory& story) {
  std::vector<Id128> grants;
  std::set<Id128> seen;
  visit_entries(story, [&](const ledger::Entry& entry) {
    for (const ledger::LotAmount& part : entry.lots) {
      if (seen.insert(part.grant).second) grants.push_back(part.grant);
    }
  });
  return grants;
}

ChargeExplanation explain(ChargeStory story, const std::map<Id128, ledger::GrantTerms>& terms) {
  ChargeExplanation explanation;
  std::map<Id128, std::size_t> places;
  for (const Id128& grant : grants_of(story)) {
    places.emplace(grant, explanation.grants.size());
    explanation.grants.push_back({.grant = grant, .terms = terms.at(grant)});
  }
  visit_entries(story, [&](const ledger::Entry& entry) {
    for (const ledger::LotAmount& part : entry.lots) {
      add_part(entry, part, explanation.grants[places.at(part.grant)]);
    }
    add_debt(entry, explanation.debt);
  });
  explanation.debt.owed = story.record.debt;
  explanation.story = std::move(story);
  return explanation;
}

void Stories::explain_charge(ChargeId id, Reply<ChargeExplanation> reply) const {
  read_charge(id,
              [&store = store_, id, reply = std::move(reply)](Result<ChargeStory> story) mutable {
                if (!story) return reply(story.error());
                std::vector<Id128> grants = grants_of(*story);
                store.read_records(id.organization, grants,
                                   [story = *std::move(story), grants,
                                    reply = std::move(reply)](Result<Records> records) mutable {
                                     if (!records) return reply(std::move(records).error());
                                     reply(explain(std::move(story), terms_of(grants, *records)));
                                   });
              });
}

}  // namespace farthing::service
