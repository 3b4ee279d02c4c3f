// SPDX-License-Identifier: Apache-2.0
#include "tests/store_conformance/commands.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/await.hpp"
#include "base/check.hpp"
#include "base/digest.hpp"

namespace farthing::store::testing {
namespace {

std::atomic<std::uint64_t> next_id = 1'000'000;

ledger::Fingerprint fingerprint_of(std::string_view kind, std::string_view amount) {
  ledger::Fingerprint fingerprint;
  const Digest digest = sha256({kind, amount});
  std::copy_n(digest.begin(), fingerprint.size(), fingerprint.begin());
  return fingerprint;
}

}  // namespace

Credits credits(std::string_view decimal) {
  const auto parsed = Credits::parse(decimal);
  CHECK(parsed);
  return *parsed;
}

Id128 numbered_id(std::uint64_t number) {
  Id128 id;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return id;
}

ledger::Command grant(OrganizationId organization, std::string key, std::string_view amount,
                      std::optional<ledger::GrantTerms> terms) {
  ledger::CreateGrant action{.terms = terms.value_or(ledger::GrantTerms{})};
  action.terms.amount = credits(amount);
  ledger::Command command;
  command.organization = organization;
  command.origin.idempotency_key = std::move(key);
  command.origin.fingerprint = fingerprint_of("grant", amount);
  command.action = action;
  return command;
}

ledger::Command charge(OrganizationId organization, std::string key, std::string_view amount) {
  ledger::Command command;
  command.organization = organization;
  command.origin.idempotency_key = std::move(key);
  command.origin.fingerprint = fingerprint_of("charge", amount);
  command.action = ledger::CreateCharge{.amount = credits(amount)};
  return command;
}

Result<ledger::Outcome> settle(Store& store, ledger::Command command) {
  return await<Result<ledger::Outcome>>([&](auto reply) {
    store.settle({std::move(command), reply});
  });
}

Result<ledger::Outcome> settle_act(Store& store, ledger::Command command,
                                   directory::ActOrigin origin) {
  return await<Result<ledger::Outcome>>([&](auto reply) {
    store.settle({std::move(command), reply, std::move(origin)});
  });
}

std::vector<Result<ledger::Outcome>> settle_all(Store& store,
                                                std::vector<ledger::Command> commands) {
  return await<std::vector<Result<ledger::Outcome>>>(
      [&](auto reply) { store::settle_all(store, std::move(commands), reply); });
}

Result<directory::DirectoryOutcome> change(Store& store, directory::DirectoryCommand command) {
  return await<Result<directory::DirectoryOutcome>>(
      [&](auto reply) { store.change(std::move(command), reply); });
}

OrganizationId make_organization(Store& store) {
  const OrganizationId id{numbered_id(next_id++)};
  const auto made = change(
      store, {.origin = {}, .action = directory::CreateOrganization{{.id = id, .name = "Acme"}}});
  CHECK(made);
  return id;
}

UserId make_user(Store& store, std::string email) {
  const UserId id{numbered_id(next_id++)};
  const auto made = change(
      store,
      {.origin = {}, .action = directory::CreateUser{{.id = id, .email = std::move(email)}}});
  CHECK(made);
  return id;
}

directory::ApiKey make_api_key(UserId user, std::string_view secret) {
  directory::ApiKey key;
  key.id = {numbered_id(next_id++)};
  key.user = user;
  key.secret_digest = sha256(secret);
  key.hint = "sk-1234...abcd";
  key.name = "test";
  return key;
}

Result<directory::DirectoryOutcome> join(Store& store, OrganizationId organization, UserId user,
                                         directory::Role role) {
  return change(store, {.origin = {},
                        .action = directory::PutMembership{
                            {.organization = organization, .user = user, .role = role}}});
}

Result<CurrentSpending> read_spending(Store& store, OrganizationId organization,
                                      ApiKeyId caller_key) {
  return await<Result<CurrentSpending>>(
      [&](auto reply) { store.read_spending(organization, caller_key, std::move(reply)); });
}

std::string show(const ledger::KeySpending& spending) {
  return spending.held.to_string() + " " + spending.day.to_string() + " " +
         spending.month.to_string() + " " + spending.total.to_string();
}

directory::ActOrigin origin_of(std::string_view secret) {
  return {.user = {},
          .address = "192.0.2.7",
          .request_id = "request",
          .credential = directory::Credential{.secret_digest = sha256(secret)}};
}

directory::DirectoryOrigin asked_by(const directory::ApiKey& key, std::string_view secret,
                                    std::string idempotency_key, std::uint8_t fingerprint) {
  return {.actor = key.id,
          .idempotency_key = std::move(idempotency_key),
          .fingerprint = {fingerprint},
          .act = origin_of(secret)};
}

directory::ApiKey make_admin_key(Store& store, std::string_view secret) {
  const UserId user = make_user(store, std::string(secret) + "@operators.example");
  directory::ApiKey key = make_api_key(user, secret);
  key.scopes = directory::Scope::admin;
  const auto made = change(store, {.origin = {}, .action = directory::CreateApiKey{key}});
  CHECK(made);
  return key;
}

Result<ledger::Balance> read_balance(Store& store, OrganizationId organization) {
  return await<Result<ledger::Balance>>(
      [&](auto reply) { store.read_balance(organization, reply); });
}

std::optional<ledger::Record> read_record(Store& store, OrganizationId organization,
                                          const Id128& id) {
  auto records = await<Result<std::vector<std::optional<ledger::Record>>>>(
      [&](auto reply) { store.read_records(organization, {id}, reply); });
  CHECK(records && records->size() == 1);
  return std::move(records->front());
}

std::vector<ledger::Entry> read_entries(Store& store, OrganizationId organization,
                                        std::vector<std::uint64_t> seqs) {
  auto entries = await<Result<std::vector<ledger::Entry>>>(
      [&](auto reply) { store.read_entries(organization, std::move(seqs), reply); });
  CHECK(entries);
  return *std::move(entries);
}

std::string available(Store& store, OrganizationId organization) {
  const auto balance = read_balance(store, organization);
  return balance ? balance->available.to_string() : name_of(balance);
}

}  // namespace farthing::store::testing
