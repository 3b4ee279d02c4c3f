// SPDX-License-Identifier: Apache-2.0
// Short ways to say what a test wants of a store. All wait for the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/credits.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "server/store/store.hpp"

namespace farthing::store::testing {

Credits credits(std::string_view decimal);
// The id that ends in `number`, so that a history can be repeated with the same ids.
Id128 numbered_id(std::uint64_t number);

ledger::Command grant(OrganizationId organization, std::string key, std::string_view amount,
                      std::optional<ledger::GrantTerms> terms = {});
ledger::Command charge(OrganizationId organization, std::string key, std::string_view amount);

Result<ledger::Outcome> settle(Store& store, ledger::Command command);
// The same for an act.
Result<ledger::Outcome> settle_act(Store& store, ledger::Command command,
                                   directory::ActOrigin origin = {});
std::vector<Result<ledger::Outcome>> settle_all(Store& store,
                                                std::vector<ledger::Command> commands);
Result<directory::DirectoryOutcome> change(Store& store, directory::DirectoryCommand command);

OrganizationId make_organization(Store& store);
UserId make_user(Store& store, std::string email);
directory::ApiKey make_api_key(UserId user, std::string_view secret);
Result<directory::DirectoryOutcome> join(Store& store, OrganizationId organization, UserId user,
                                         directory::Role role = directory::Role::MEMBER);
Result<ledger::Balance> read_balance(Store& store, OrganizationId organization);
Result<CurrentSpending> read_spending(Store& store, OrganizationId organization,
                                      ApiKeyId caller_key);
// Held, and spent on the day, in the month, in all: "0 1.5 3 3".
std::string show(const ledger::KeySpending& spending);
// From where the holder of that secret asks.
directory::ActOrigin origin_of(std::string_view secret);
// Asked with the key, under an idempotency key or none.
directory::DirectoryOrigin asked_by(const directory::ApiKey& key, std::string_view secret,
                                    std::string idempotency_key = {}, std::uint8_t fingerprint = 0);
// A key of the operator's.
directory::ApiKey make_admin_key(Store& store, std::string_view secret);
// Nothing when nothing has that id.
std::optional<ledger::Record> read_record(Store& store, OrganizationId organization,
                                          const Id128& id);
std::vector<ledger::Entry> read_entries(Store& store, OrganizationId organization,
                                        std::vector<std::uint64_t> seqs);
// "12.5" available and nothing held; or the name of the error.
std::string available(Store& store, OrganizationId organization);
// The name on the wire of a result's error, or "ok".
template <class T>
std::string name_of(const Result<T>& result) {
  return result ? "ok" : std::string(traits_of(result.error().code).name);
}

}  // namespace farthing::store::testing
