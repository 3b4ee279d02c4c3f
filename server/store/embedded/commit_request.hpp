// SPDX-License-Identifier: Apache-2.0
// What the committer is asked for, one by one or many at once, and where the answer goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/directory/record.hpp"
#include "server/ledger/record.hpp"
#include "server/store/embedded/tables/outcome_lookup.hpp"
#include "server/store/store.hpp"

namespace farthing::store::embedded {

using FoundRecords = std::vector<std::optional<ledger::Record>>;
// An organization's state, and the record of a caller's key as of it.
struct FoundSpending {
  ledger::OrganizationState state;
  ledger::SpendingRecord before;
};
// What was looked up on the way to the queue, so that the committer does not wait for a disk.
// `records` are no older than `outcome.position`.
struct CommandLookup {
  OutcomeLookup outcome;
  ledger::Records records;
};

// What one call asks for, decided in one batch. For a single movement nothing is allocated.
struct SettleRequest {
  struct Asked {
    Movement movement;
    CommandLookup lookup;
  };

  template <class Use>
  void for_each(Use use) {
    use(first);
    for (Asked& asked : rest) use(asked);
  }

  Asked first;
  std::vector<Asked> rest;
};
// `receipt` is what was found of the command's idempotency key in the derived part, which has all
// that were there at the start.
struct ChangeRequest {
  directory::DirectoryCommand command;
  std::optional<directory::DirectoryReceipt> receipt;
  Reply<directory::DirectoryOutcome> reply;
};
struct KeyUsesRequest {
  std::vector<directory::KeyUse> uses;
  Reply<Done> reply;
};
// The state of an organization after all that was submitted before.
struct StateRequest {
  OrganizationId organization;
  Reply<ledger::OrganizationState> reply;
};
// Records as they are after all that was submitted before; `records` are as they were found when
// the derived part was at `position`, nothing for what is not there, in the order of `ids`.
struct RecordsRequest {
  OrganizationId organization;
  std::uint64_t position = 0;
  std::vector<Id128> ids;
  FoundRecords records;
  Reply<FoundRecords> reply;
};
// The state after all that was submitted before, and the record as of it; `before` is as it was
// found when the derived part was at `position`.
struct SpendingRequest {
  OrganizationId organization;
  ApiKeyId caller_key;
  std::uint64_t position = 0;
  ledger::SpendingRecord before;
  Reply<FoundSpending> reply;
};
// What a key has led to, all that was submitted before counted; `not_found` when it led to nothing.
struct OutcomeRequest {
  OrganizationId organization;
  std::string key;
  OutcomeLookup lookup;
  Reply<ledger::Outcome> reply;
};
using CommitRequest = std::variant<SettleRequest, ChangeRequest, KeyUsesRequest, StateRequest,
                                   RecordsRequest, SpendingRequest, OutcomeRequest>;

// At least one.
std::size_t count_commands(const CommitRequest& request);
// Answers the error in the place of every answer.
void refuse(CommitRequest request, const Error& error);

}  // namespace farthing::store::embedded
