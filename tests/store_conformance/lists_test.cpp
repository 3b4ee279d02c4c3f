// SPDX-License-Identifier: Apache-2.0
// Lists come in the order of the ids, page by page, each record once.
#include <algorithm>
#include <chrono>

#include "base/await.hpp"
#include "server/ledger/entry_id.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::lists_test {

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
  expect_pages<UserId, directory::User>(
      users, [&](auto page, auto reply) { store_.list_users(page, reply); },
      [](const directory::User& user) { return user.id; });
  expect_pages<OrganizationId, directory::Organization>(
      organizations, [&](auto page, auto reply) { store_.list_organizations({}, page, reply); },
      [](const directory::Organization& organization) { return organization.id; });
}

TEST_P(Lists, OfTheOrganizationsOfOneUser) {
  const UserId ada = make_user(store_, "ada@example.com");
  const UserId grace = make_user(store_, "grace@example.com");
  std::vector<OrganizationId> adas;
  for (std::size_t i = 0; i < kRecords; ++i) {
    const OrganizationId organization = make_organization(store_);
    ASSERT_TRUE(join(store_, organization, i % 2 == 0 ? ada : grace));
    if (i % 2 == 0) adas.push_back(organization);
  }
  expect_pages<OrganizationId, directory::Organization>(
      adas, [&](auto page, auto reply) { store_.list_organizations(ada, page, reply); },
      [](const directory::Organization& organization) { return organization.id; });
  const auto nobodys = await<Result<Page<directory::Organization>>>(
      [&](auto reply) { store_.list_organizations(UserId{numbered_id(1)}, {}, reply); });
  ASSERT_TRUE(nobodys);
  EXPECT_TRUE(nobodys->records.empty());
}

TEST_P(Lists, OfApiKeysOfOneUserOrAll) {
  const UserId ada = make_user(store_, "ada@example.com");
  const UserId grace = make_user(store_, "grace@example.com");
  std::vector<ApiKeyId> all;
  std::vector<ApiKeyId> adas;
  for (std::size_t i = 0; i < kRecords; ++i) {
    const directory::ApiKey key = make_api_key(i % 2 == 0 ? ada : grace, std::to_string(i));
    ASSERT_TRUE(change(store_, {.action = directory::CreateApiKey{key}}));
    all.push_back(key.id);
    if (key.user == ada) adas.push_back(key.id);
  }
  const auto id_of = [](const directory::ApiKey& key) { return key.id; };
  expect_pages<ApiKeyId, directory::ApiKey>(
      all, [&](auto page, auto reply) { store_.list_api_keys({}, page, reply); }, id_of);
  expect_pages<ApiKeyId, directory::ApiKey>(
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
  expect_pages<UserId, directory::Member>(
      users, [&](auto page, auto reply) { store_.list_members(organization, page, reply); },
      [](const directory::Member& member) { return member.membership.user; });
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
  expect_pages<Id128, ledger::GrantStatus>(
      grants, [&](auto page, auto reply) { store_.list_grants(organization, page, reply); },
      [](const ledger::GrantStatus& status) { return status.entry.subject; });
  expect_pages<Id128, ledger::ChargeStatus>(
      charges, [&](auto page, auto reply) { store_.list_charges(organization, page, reply); },
      [](const ledger::ChargeStatus& status) { return status.entry.subject; });

  const auto first = await<Result<Page<ledger::GrantStatus>>>(
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
  for (std::size_t i = 0; i < kMaxExaminedPerPage + 1; ++i) {
    commands.push_back(grant(organization, "g" + std::to_string(i), "1"));
  }
  commands.push_back(charge(organization, "c2", "1"));
  for (const auto& result : settle_all(store_, std::move(commands))) ASSERT_TRUE(result);

  const auto list = [&](const PageRequest<Id128>& request) {
    return await<Result<Page<ledger::ChargeStatus>>>(
               [&](auto reply) { store_.list_charges(organization, request, reply); })
        .value();
  };
  const auto first = list({});
  ASSERT_EQ(first.records.size(), 1U);
  EXPECT_EQ(first.records.front().entry.seq, 2U);
  EXPECT_TRUE(first.has_more);
  ASSERT_TRUE(first.resume_after);
  const auto rest = list({.after = first.resume_after});
  ASSERT_EQ(rest.records.size(), 1U);
  EXPECT_EQ(rest.records.front().entry.seq, kMaxExaminedPerPage + 4);
  EXPECT_FALSE(rest.has_more);
  EXPECT_FALSE(rest.resume_after);
}

Id128 position_of(const ledger::Entry& entry) { return ledger::make_entry_id(entry.at, entry.seq); }

TEST_P(Lists, OfEntriesHaveEveryOneOfThem) {
  const OrganizationId organization = make_organization(store_);
  const OrganizationId other = make_organization(store_);
  for (std::size_t i = 0; i < kRecords; ++i) {
    ASSERT_TRUE(settle(store_, grant(organization, "g" + std::to_string(i), "2")));
    ASSERT_TRUE(settle(store_, charge(organization, "c" + std::to_string(i), "1")));
    ASSERT_TRUE(settle(store_, grant(other, "g" + std::to_string(i), "2")));
    clock_.advance(std::chrono::seconds(1));
  }
  std::vector<Id128> all;
  std::vector<Id128> later_charges;
  const Instant later = kStart.plus(std::chrono::seconds(3));
  const Instant end = kStart.plus(std::chrono::seconds(5));
  for (const ledger::Entry& entry : open_->entries_of(organization)) {
    all.push_back(position_of(entry));
    const bool is_wanted =
        entry.kind == ledger::EntryKind::charge && entry.at >= later && entry.at < end;
    if (is_wanted) later_charges.push_back(position_of(entry));
  }
  ASSERT_EQ(all.size(), 2 * kRecords);
  ASSERT_EQ(later_charges.size(), 2U);
  const auto list_with = [&](const ledger::EntryFilter& filter) {
    return [this, organization, filter](auto page, auto reply) {
      store_.list_entries(organization, filter, page, reply);
    };
  };
  expect_pages<Id128, ledger::Entry>(all, list_with({}), position_of);
  ledger::EntryFilter filter;
  filter.kind = ledger::EntryKind::charge;
  filter.from = later;
  filter.to = end;
  expect_pages<Id128, ledger::Entry>(later_charges, list_with(filter), position_of);
}

// Every beginning in time leads to the first entry from there on, however many are before it.
TEST_P(Lists, OfEntriesBeginAtAnyTime) {
  const OrganizationId organization = make_organization(store_);
  constexpr std::size_t kEntries = 20;
  for (std::size_t i = 0; i < kEntries; ++i) {
    ASSERT_TRUE(settle(store_, grant(organization, "g" + std::to_string(i), "1")));
    // Three at a time.
    if (i % 3 == 2) clock_.advance(std::chrono::seconds(2));
  }
  const auto entries = open_->entries_of(organization);
  for (int second = -1; second <= 14; ++second) {
    ledger::EntryFilter filter;
    filter.from = kStart.plus(std::chrono::seconds(second));
    const auto page = await<Result<Page<ledger::Entry>>>(
        [&](auto reply) { store_.list_entries(organization, filter, {.limit = 1}, reply); });
    ASSERT_TRUE(page);
    const auto first = std::ranges::find_if(
        entries, [&](const ledger::Entry& entry) { return entry.at >= *filter.from; });
    if (first == entries.end()) {
      EXPECT_TRUE(page->records.empty()) << second;
      EXPECT_FALSE(page->has_more) << second;
    } else {
      ASSERT_EQ(page->records.size(), 1U) << second;
      EXPECT_EQ(page->records.front().seq, first->seq) << second;
    }
  }
}

TEST_P(Lists, OfEntriesByOperationAndByWhoeverAsked) {
  const OrganizationId organization = make_organization(store_);
  const ApiKeyId gateway{numbered_id(1)};
  const ApiKeyId caller{numbered_id(2)};
  std::vector<ledger::Command> commands{grant(organization, "g", "5"),
                                        charge(organization, "c1", "1"),
                                        charge(organization, "c2", "1")};
  commands[0].origin.api_key = caller;
  commands[1].origin.operation = "image";
  commands[1].origin.api_key = gateway;
  commands[2].origin.operation = "video";
  commands[2].origin.api_key = gateway;
  commands[2].origin.caller_key = caller;
  for (const auto& result : settle_all(store_, std::move(commands))) ASSERT_TRUE(result);
  const auto seqs = [&](const ledger::EntryFilter& filter) {
    const auto page = await<Result<Page<ledger::Entry>>>(
        [&](auto reply) { store_.list_entries(organization, filter, {}, reply); });
    std::vector<std::uint64_t> found;
    for (const ledger::Entry& entry : page.value().records) found.push_back(entry.seq);
    return found;
  };
  using Seqs = std::vector<std::uint64_t>;
  ledger::EntryFilter image;
  image.operation = "image";
  EXPECT_EQ(seqs(image), Seqs{2});
  ledger::EntryFilter by_gateway;
  by_gateway.key = gateway;
  EXPECT_EQ(seqs(by_gateway), (Seqs{2, 3}));
  ledger::EntryFilter for_caller;
  for_caller.key = caller;
  EXPECT_EQ(seqs(for_caller), (Seqs{1, 3}));
  ledger::EntryFilter neither;
  neither.key = ApiKeyId{numbered_id(3)};
  EXPECT_EQ(seqs(neither), Seqs{});
}

// A page for which much had to be passed over is short and says how far it got.
TEST_P(Lists, OfEntriesFarApart) {
  const OrganizationId organization = make_organization(store_);
  std::vector<ledger::Command> commands;
  for (std::size_t i = 0; i < kMaxExaminedPerPage + 1; ++i) {
    commands.push_back(grant(organization, "g" + std::to_string(i), "1"));
  }
  commands.push_back(charge(organization, "c", "1"));
  for (const auto& result : settle_all(store_, std::move(commands))) ASSERT_TRUE(result);
  ledger::EntryFilter filter;
  filter.kind = ledger::EntryKind::charge;
  const auto list = [&](const PageRequest<Id128>& request) {
    return await<Result<Page<ledger::Entry>>>(
               [&](auto reply) { store_.list_entries(organization, filter, request, reply); })
        .value();
  };
  const auto first = list({});
  EXPECT_TRUE(first.records.empty());
  ASSERT_TRUE(first.has_more && first.resume_after);
  const auto rest = list({.after = first.resume_after});
  ASSERT_EQ(rest.records.size(), 1U);
  EXPECT_EQ(rest.records.front().seq, kMaxExaminedPerPage + 2);
  EXPECT_FALSE(rest.has_more);
}

TEST_P(Lists, OfEntriesOfNobodyAreNotFound) {
  const auto page = await<Result<Page<ledger::Entry>>>(
      [&](auto reply) { store_.list_entries(OrganizationId{numbered_id(7)}, {}, {}, reply); });
  EXPECT_EQ(name_of(page), "not_found");
}

TEST_P(Lists, AnIdOfAnotherKindOrTimeIsNotFound) {
  const OrganizationId organization = make_organization(store_);
  const Id128 granted = settle(store_, grant(organization, "g", "5"))->entry.subject;
  const Id128 charged = settle(store_, charge(organization, "c", "1"))->entry.subject;
  const auto read_grant = [&](Id128 id) {
    return name_of(await<Result<ledger::GrantStatus>>([&](auto reply) {
      store_.read_grant({organization, id}, reply);
    }));
  };
  EXPECT_TRUE(read_record(store_, organization, charged));
  EXPECT_EQ(read_grant(granted), "ok");
  EXPECT_EQ(read_grant(charged), "not_found");
  for (std::size_t i = 0; i < charged.bytes.size(); ++i) {
    Id128 bent = charged;
    bent.bytes[i] ^= 1;
    EXPECT_FALSE(read_record(store_, organization, bent)) << i;
    EXPECT_EQ(read_grant(bent), "not_found") << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, Lists, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::lists_test
