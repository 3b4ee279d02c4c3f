// SPDX-License-Identifier: Apache-2.0
// The statements of a batch of movements in two forms, which do the same. They differ in their first
// parameter alone: a batch of many organizations has an array with one for each row, a batch of one
// has just that one.
#pragma once

#include <cstdint>

#include "base/id.hpp"
#include "server/store/postgres/queries.hpp"

namespace farthing::store::postgres {

// What one transaction may be about.
enum class BatchScope : std::uint8_t { many_organizations, one_organization };

struct BatchStatements {
  const Statement& lock_states;
  const Statement& read_outcomes;
  const Statement& read_records;
  const Statement& read_spending;
  const Statement& insert_entries;
  const Statement& update_states;
  const Statement& put_records;
  const Statement& put_spending;
  const Statement& touch_organizations;
};

inline constexpr BatchStatements kStatementsOfMany{
    .lock_states = kLockStates,
    .read_outcomes = kReadOutcomes,
    .read_records = kReadRecords,
    .read_spending = kReadSpending,
    .insert_entries = kInsertEntries,
    .update_states = kUpdateStates,
    .put_records = kPutRecords,
    .put_spending = kPutSpending,
    .touch_organizations = kTouchOrganizations,
};

inline constexpr BatchStatements kStatementsOfOne{
    .lock_states = kLockStateOfOne,
    .read_outcomes = kReadOutcomesOfOne,
    .read_records = kReadRecordsOfOne,
    .read_spending = kReadSpendingOfOne,
    .insert_entries = kInsertEntriesOfOne,
    .update_states = kUpdateStateOfOne,
    .put_records = kPutRecordsOfOne,
    .put_spending = kPutSpendingOfOne,
    .touch_organizations = kTouchOrganization,
};

inline const BatchStatements& statements_for(BatchScope scope) {
  return scope == BatchScope::one_organization ? kStatementsOfOne : kStatementsOfMany;
}

// Returns parameters that begin with the organizations of `rows`, which are not empty, and all of
// one organization if the scope is that.
template <class Range, class ToOrganization>
Parameters begin_parameters(BatchScope scope, const Range& rows, ToOrganization to_organization) {
  Parameters parameters;
  if (scope == BatchScope::one_organization) {
    parameters.add(to_organization(*rows.begin()).value);
  } else {
    parameters.add_ids(rows, [&](const auto& row) { return to_organization(row).value; });
  }
  return parameters;
}

}  // namespace farthing::store::postgres
