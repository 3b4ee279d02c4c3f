// SPDX-License-Identifier: Apache-2.0
// Explains what a charge has cost each grant: the way of its credits from the grants that paid to
// the refunds, grant by grant, and what of it was or is owed. The functions are pure.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "server/ledger/grant_terms.hpp"
#include "server/service/stories.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

// One grant's part in a charge. What the charge has cost it is paid + repaid − refunded.
struct GrantShare {
  Id128 grant;
  ledger::GrantTerms terms;  // which say when its turn was
  Credits paid;              // when the charge was made
  Credits repaid;            // later, of what the charge owed
  Credits refunded;
  Credits ended;  // of what was refunded: it ended at once, because the grant had
};

// The part of a charge that no grant could pay. What is owed now is incurred − repaid − refunded.
struct ChargeDebt {
  Credits incurred;
  Credits repaid;
  Credits refunded;
  Credits owed;
};

struct ChargeExplanation {
  ChargeStory story;
  std::vector<GrantShare> grants;  // in the order in which they first paid
  ChargeDebt debt;
};

// Returns the grants of a story, each once, in the order in which they first paid.
std::vector<Id128> grants_of(const ChargeStory& story);
// `terms` has those of every grant of the story.
ChargeExplanation explain(ChargeStory story, const std::map<Id128, ledger::GrantTerms>& terms);

}  // namespace farthing::service
