// SPDX-License-Identifier: Apache-2.0
// Which idempotency keys something may be done under, and what earlier versions stored under
// others.
#include <array>

#include "base/await.hpp"
#include "base/check.hpp"
#include "server/ledger/decide.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::idempotency_keys_test {

const std::vector<std::string>& malformed_keys() {
  static const std::vector<std::string> keys = {
      "", " ", " k", "k ", "  k  ", "k\n", "k\tk", "k\x7f", "k\xc3\xa9", std::string(256, 'k')};
  return keys;
}

std::string key_and_field_of(const Error& error) {
  return std::string(traits_of(error.code).name) + " " + error.field;
}
template <class T>
std::string refusal_of(const Result<T>& result) {
  return result ? "ok" : key_and_field_of(result.error());
}

constexpr std::string_view kRefusal = "bad_request idempotency_key";

Result<ledger::Outcome> read_outcome(Store& store, OrganizationId organization, std::string key) {
  return await<Result<ledger::Outcome>>(
      [&](auto reply) { store.read_outcome(organization, std::move(key), reply); });
}

class IdempotencyKeys : public StoreTest {
 protected:
  Store& store() { return open_->store(); }

  // Books a grant and, under `key`, a charge of 3, as versions did that took any printable key.
  void store_charge(const std::string& key) {
    ledger::OrganizationState state;
    state.organization = organization_;
    ledger::Booked booked;
    for (ledger::Command command :
         {grant(organization_, "g", "10"), charge(organization_, key, "3")}) {
      command.at = kStart;
      CHECK(ledger::decide(state, std::move(command), {}, booked));
    }
    open_->take_over({}, booked);
  }

  OrganizationId organization_ = make_organization(store_);
};

TEST_P(IdempotencyKeys, NothingNewIsDoneUnderAMalformedOne) {
  const auto granted = settle(store_, grant(organization_, "g", "10"));
  const auto charged = settle(store_, charge(organization_, "c", "1"));
  ASSERT_TRUE(granted && charged);
  const std::array<ledger::Action, 9> actions = {
      ledger::CreateGrant{.terms = {.amount = credits("1")}},
      ledger::VoidGrant{.grant = granted->entry.subject},
      ledger::CreateCharge{.amount = credits("1")},
      ledger::PlaceHold{.amount = credits("1")},
      ledger::ExtendHold{.hold = numbered_id(1)},
      ledger::CaptureHold{.hold = numbered_id(1), .amount = {}},
      ledger::ReleaseHold{.hold = numbered_id(1)},
      ledger::RefundCharge{.charge = charged->entry.subject, .amount = {}},
      ledger::SetOverdraftLimit{.limit = credits("1")}};
  for (const std::string& key : malformed_keys()) {
    std::vector<ledger::Command> commands;
    for (const ledger::Action& action : actions) {
      ledger::Command command = charge(organization_, key, "1");
      command.action = action;
      EXPECT_EQ(refusal_of(settle_act(store_, command)), kRefusal) << key << action.index();
      commands.push_back(std::move(command));
    }
    for (const auto& result : settle_all(store_, std::move(commands))) {
      EXPECT_EQ(refusal_of(result), kRefusal) << key;
    }
    EXPECT_EQ(name_of(read_outcome(store_, organization_, key)), "not_found") << key;
  }
  EXPECT_EQ(available(store_, organization_), "9");
  EXPECT_EQ(open_->entries_of(organization_).size(), 2U);
}

TEST_P(IdempotencyKeys, TheFormComesBeforeAllElse) {
  ledger::Command command = charge(organization_, " k", "1");
  command.has_invalid_caller_key = true;
  EXPECT_EQ(refusal_of(settle(store_, command)), kRefusal);
  ASSERT_TRUE(change(store_, {.action = directory::SetOrganizationStanding{
                                  organization_, directory::Standing::disabled}}));
  EXPECT_EQ(refusal_of(settle(store_, command)), kRefusal);
  command.organization = OrganizationId{numbered_id(1)};
  EXPECT_EQ(refusal_of(settle(store_, command)), kRefusal);
}

TEST_P(IdempotencyKeys, OthersOfTheSameCallAreSettled) {
  const auto results =
      settle_all(store_, {grant(organization_, "g", "10"), charge(organization_, "c ", "1"),
                          charge(organization_, "c", "1"), charge(organization_, "c", "1")});
  EXPECT_EQ(name_of(results[0]), "ok");
  EXPECT_EQ(refusal_of(results[1]), kRefusal);
  ASSERT_EQ(name_of(results[2]), "ok");
  EXPECT_FALSE(results[2]->is_replayed);
  ASSERT_EQ(name_of(results[3]), "ok");
  EXPECT_TRUE(results[3]->is_replayed);
  EXPECT_EQ(available(store_, organization_), "9");
}

TEST_P(IdempotencyKeys, WhatIsStoredUnderAMalformedOneIsFound) {
  for (const std::string key : {" k", "k ", " "}) {
    organization_ = make_organization(store());
    store_charge(key);
    const auto again = settle(store(), charge(organization_, key, "3"));
    ASSERT_TRUE(again) << key << refusal_of(again);
    EXPECT_TRUE(again->is_replayed);
    EXPECT_EQ(again->entry.seq, 2U);
    EXPECT_EQ(name_of(settle(store(), charge(organization_, key, "4"))), "idempotency_key_reused");
    // Another key, though it differs by a blank only.
    EXPECT_EQ(refusal_of(settle(store(), charge(organization_, key + " ", "3"))), kRefusal);
    const auto outcome = read_outcome(store(), organization_, key);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->entry.origin.idempotency_key, key);
    EXPECT_EQ(available(store(), organization_), "7");
    EXPECT_EQ(audit(open_->entries_of(organization_)), "");
  }
}

TEST_P(IdempotencyKeys, TheDirectoryKnowsTheSameRule) {
  const directory::ApiKey admin = make_admin_key(store(), "admin");
  const auto rename = [&](std::string key, std::string name) {
    return change(store(),
                  {.origin = asked_by(admin, "admin", std::move(key)),
                   .action = directory::RenameOrganization{organization_, std::move(name)}});
  };
  for (const std::string& key : malformed_keys()) {
    if (key.empty()) continue;  // there is none
    EXPECT_EQ(refusal_of(rename(key, "New")), kRefusal) << key;
  }
  open_->take_over({directory::DirectoryReceipt{
                       .actor = admin.id,
                       .idempotency_key = " k",
                       .record = directory::Organization{.id = organization_, .name = "Old"}}},
                   {});
  const auto again = rename(" k", "New");
  ASSERT_TRUE(again) << refusal_of(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(std::get<directory::Organization>(again->record).name, "Old");
  const auto read = await<Result<directory::Organization>>(
      [&](auto reply) { store().read_organization(organization_, reply); });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "Acme");
}

INSTANTIATE_TEST_SUITE_P(Stores, IdempotencyKeys, ::testing::ValuesIn(all_store_kinds()),
                         name_of_kind);

}  // namespace farthing::store::testing::idempotency_keys_test
