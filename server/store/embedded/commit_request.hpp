// SPDX-License-Identifier: Apache-2.0
// The requests to the committer, and where their answers go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/directory/directory_record.hpp"
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
// What was looked up before the command joined the queue, so that the committer does not wait for a
// disk. `records` are no older than `outcome.position`.
struct CommandLookup {
  OutcomeLookup outcome;
  ledger::Records records;
};

// The movements of one call, decided in one batch. A single movement costs no allocation.
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
// A change of the directory. `receipt` is what the derived part, which has all receipts from before
// the start, says of the command's idempotency key.
struct ChangeRequest {
  directory::DirectoryCommand command;
  std::optional<directory::DirectoryReceipt> receipt;
  Reply<directory::DirectoryOutcome> reply;
};
struct KeyUsesRequest {
  std::vector<directory::KeyUse> uses;
  Reply<Done> reply;
};
// Asks for the state of an organization after all that was submitted before.
struct StateRequest {
  OrganizationId organization;
  Reply<ledger::OrganizationState> reply;
};
// Asks for records as they are after all that was submitted before. `records` are as they were
// found when the derived part was at `position`, in the order of `ids`, nothing for what is not
// there.
struct RecordsRequest {
  OrganizationId organization;
  std::uint64_t position = 0;
  std::vector<Id128> ids;
  FoundRecords records;
  Reply<FoundRecords> reply;
};
// Asks for the state after all that was submitted before, and the key's record as of it. `before`
// is the record as it was found when the derived part was at `position`.
struct SpendingRequest {
  OrganizationId organization;
  ApiKeyId caller_key;
  std::uint64_t position = 0;
  ledger::SpendingRecord before;
  Reply<FoundSpending> reply;
};
// Asks what an idempotency key has led to, all that was submitted before counted. The answer is
// `not_found` when it led to nothing.
struct OutcomeRequest {
  OrganizationId organization;
  std::string key;
  OutcomeLookup lookup;
  Reply<ledger::Outcome> reply;
};
// Has a record written, whether or not there is anything to put into it. The answer is its number.
struct MarkRequest {
  Reply<std::uint64_t> reply;
};
using CommitRequest = std::variant<SettleRequest, ChangeRequest, KeyUsesRequest, StateRequest,
                                   RecordsRequest, SpendingRequest, OutcomeRequest, MarkRequest>;

// Returns at least 1.
std::size_t count_commands(const CommitRequest& request);
// Answers everything that the request asks for with `error`.
void refuse(CommitRequest request, const Error& error);

}  // namespace farthing::store::embedded
