// SPDX-License-Identifier: Apache-2.0
// Lists come in the order of the ids, page by page, each record once.
#include <algorithm>

#include "tests/store_conformance/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing {
namespace {

constexpr std::size_t kRecords = 7;

// Reads a list to its end in pages of `limit`; `list` asks for one page, `key_of` gives a record's
// key.
template <class Key, class Record, class List, class KeyOf>
std::vector<Key> keys_of_all(std::size_t limit, List list, KeyOf key_of) {
  std::vector<Key> keys;
  PageRequest<Key> request{.limit = limit};
  for (;;) {
    const auto page =
        await<Result<Page<Record>>>([&](auto reply) { list(request, reply); }).value();
    EXPECT_LE(page.records.size(), limit);
    for (const Record& record : page.records) keys.push_back(key_of(record));
    if (!page.has_more) return keys;
    EXPECT_EQ(page.records.size(), limit);
    request.after = keys.back();
  }
}

class Lists : public StoreTest {
 protected:
  // Checks the list at several page sizes: all of `expected`, in order.
  template <class Key, class Record, class List, class KeyOf>
  void expect_pages(const std::vector<Key>& expected, List list, KeyOf key_of) {
    ASSERT_TRUE(std::ranges::is_sorted(expected));
    for (const std::size_t limit : {1U, 3U, 7U, 100U}) {
      EXPECT_EQ((keys_of_all<Key, Record>(limit, list, key_of)), expected) << "limit " << limit;
    }
  }
};

TEST_P(Lists, OfUsersAndOrganizations) {
  std::vector<UserId> users;
  std::vector<OrganizationId> organizations;
  for (std::size_t i = 0; i < kRecords; ++i) {
    users.push_back(make_user(store_, std::to_string(i) + "@example.com"));
    organizations.push_back(make_organization(store_));
  }
  expect_pages<UserId, User>(
      users, [&](auto page, auto reply) { store_.list_users(page, reply); },
      [](const User& user) { return user.id; });
  expect_pages<OrganizationId, Organization>(
      organizations, [&](auto page, auto reply) { store_.list_organizations(page, reply); },
      [](const Organization& organization) { return organization.id; });
}

TEST_P(Lists, OfApiKeysOfOneUserOrAll) {
  const UserId ada = make_user(store_, "ada@example.com");
  const UserId grace = make_user(store_, "grace@example.com");
  std::vector<ApiKeyId> all;
  std::vector<ApiKeyId> adas;
  for (std::size_t i = 0; i < kRecords; ++i) {
    const ApiKey key = make_api_key(i % 2 == 0 ? ada : grace, std::to_string(i));
    ASSERT_TRUE(change(store_, {.action = CreateApiKey{key}}));
    all.push_back(key.id);
    if (key.user == ada) adas.push_back(key.id);
  }
  const auto id_of = [](const ApiKey& key) { return key.id; };
  expect_pages<ApiKeyId, ApiKey>(
      all, [&](auto page, auto reply) { store_.list_api_keys({}, page, reply); }, id_of);
  expect_pages<ApiKeyId, ApiKey>(
      adas, [&](auto page, auto reply) { store_.list_api_keys(ada, page, reply); }, id_of);
}

TEST_P(Lists, OfMembers) {
  const OrganizationId organization = make_organization(store_);
  const OrganizationId other = make_organization(store_);
  std::vector<UserId> users;
  for (std::size_t i = 0; i < kRecords; ++i) {
    users.push_back(make_user(store_, std::to_string(i) + "@example.com"));
    ASSERT_TRUE(join(store_, organization, users.back()));
  }
  ASSERT_TRUE(join(store_, other, make_user(store_, "other@example.com")));
  expect_pages<UserId, Member>(
      users, [&](auto page, auto reply) { store_.list_members(organization, page, reply); },
      [](const Member& member) { return member.membership.user; });
}

TEST_P(Lists, OfGrantsAndCharges) {
  const OrganizationId organization = make_organization(store_);
  const OrganizationId next_organization = make_organization(store_);
  std::vector<Id128> grants;
  std::vector<Id128> charges;
  for (std::size_t i = 0; i < kRecords; ++i) {
    const std::string number = std::to_string(i);
    const auto granted = settle(store_, grant(organization, "g" + number, "2"));
    const auto charged = settle(store_, charge(organization, "c" + number, "1"));
    ASSERT_TRUE(granted && charged);
    grants.push_back(granted->entry.subject);
    charges.push_back(charged->entry.subject);
    ASSERT_TRUE(settle(store_, grant(next_organization, "g" + number, "2")));
  }
  expect_pages<Id128, GrantStatus>(
      grants, [&](auto page, auto reply) { store_.list_grants(organization, page, reply); },
      [](const GrantStatus& status) { return status.entry.subject; });
  expect_pages<Id128, ledger::Entry>(
      charges, [&](auto page, auto reply) { store_.list_charges(organization, page, reply); },
      [](const ledger::Entry& entry) { return entry.subject; });

  const auto first = await<Result<Page<GrantStatus>>>(
      [&](auto reply) { store_.list_grants(organization, {.limit = 4}, reply); });
  ASSERT_TRUE(first);
  std::vector<std::string> remaining;
  for (const auto& status : first->records) remaining.push_back(status.remaining.to_string());
  // Seven charges of 1 empty three grants of 2 and half of the fourth.
  EXPECT_EQ(remaining, (std::vector<std::string>{"0", "0", "0", "1"}));
}

// Charges are picked out of all entries: a page that would have to pass over too many others is
// short, and the list goes on behind them.
TEST_P(Lists, OfChargesFarApart) {
  const OrganizationId organization = make_organization(store_);
  std::vector<ledger::Command> commands;
  commands.push_back(grant(organization, "first", "5"));
  commands.push_back(charge(organization, "c1", "1"));
  for (std::size_t i = 0; i < kMaxEntriesPerPage + 1; ++i) {
    commands.push_back(grant(organization, "g" + std::to_string(i), "1"));
  }
  commands.push_back(charge(organization, "c2", "1"));
  for (const auto& result : settle_all(store_, std::move(commands))) ASSERT_TRUE(result);

  const auto list = [&](const PageRequest<Id128>& request) {
    return await<Result<Page<ledger::Entry>>>(
               [&](auto reply) { store_.list_charges(organization, request, reply); })
        .value();
  };
  const auto first = list({});
  ASSERT_EQ(first.records.size(), 1U);
  EXPECT_EQ(first.records.front().seq, 2U);
  EXPECT_TRUE(first.has_more);
  ASSERT_TRUE(first.resume_after);
  const auto rest = list({.after = first.resume_after});
  ASSERT_EQ(rest.records.size(), 1U);
  EXPECT_EQ(rest.records.front().seq, kMaxEntriesPerPage + 4);
  EXPECT_FALSE(rest.has_more);
  EXPECT_FALSE(rest.resume_after);
}

TEST_P(Lists, AnIdOfAnotherKindOrTimeIsNotFound) {
  const OrganizationId organization = make_organization(store_);
  const Id128 granted = settle(store_, grant(organization, "g", "5"))->entry.subject;
  const Id128 charged = settle(store_, charge(organization, "c", "1"))->entry.subject;
  const auto read_charge = [&](Id128 id) {
    return name_of(await<Result<ledger::Entry>>([&](auto reply) {
      store_.read_charge({organization, id}, reply);
    }));
  };
  const auto read_grant = [&](Id128 id) {
    return name_of(await<Result<GrantStatus>>([&](auto reply) {
      store_.read_grant({organization, id}, reply);
    }));
  };
  EXPECT_EQ(read_charge(charged), "ok");
  EXPECT_EQ(read_grant(granted), "ok");
  EXPECT_EQ(read_charge(granted), "not_found");
  EXPECT_EQ(read_grant(charged), "not_found");
  for (std::size_t i = 0; i < charged.bytes.size(); ++i) {
    Id128 bent = charged;
    bent.bytes[i] ^= 1;
    EXPECT_EQ(read_charge(bent), "not_found") << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, Lists, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace
}  // namespace farthing::store::testing
