// SPDX-License-Identifier: Apache-2.0
// Erasing the texts of entries, on every store: what is answered afterwards, and that the ledger
// still verifies. What the files of a data directory hold is in rocksdb_erasure_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/await.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::erased_texts_test {

using ledger::Entry;
using ledger::EntryKind;

ledger::Command with_texts(ledger::Command command) {
  command.origin.erasable = {.metadata = R"({"customer":"Grace Hopper"})",
                             .reason = "goodwill",
                             .payment_reference = "inv-4711",
                             .salt = {7, 7, 7}};
  command.origin.fingerprint = {9};
  return command;
}

class ErasedTextsTest : public StoreTest {
 protected:
  Result<directory::DirectoryOutcome> erase(std::uint64_t seq) {
    return change(
        store_, {.origin = asked_by(admin_, "admin"),
                 .action = directory::EraseTexts{.of = {.organization = organization_, .seq = seq},
                                                 .names = "metadata, reason, payment_reference"}});
  }
  Entry read(std::uint64_t seq) {
    auto entries = read_entries(store_, organization_, {seq});
    EXPECT_EQ(entries.size(), 1U);
    return entries.empty() ? Entry() : std::move(entries.front());
  }
  std::vector<directory::AuditRecord> acts() {
    const auto page = await<Result<Page<directory::AuditRecord>>>([&](auto reply) {
      store_.list_audit_log({.kind = "entry.erase"}, {.after = {}, .limit = 100}, std::move(reply));
    });
    EXPECT_TRUE(page);
    return page ? page->records : std::vector<directory::AuditRecord>();
  }

  const directory::ApiKey admin_ = make_admin_key(store_, "admin");
  const OrganizationId organization_ = make_organization(store_);
};

TEST_P(ErasedTextsTest, NoAnswerShowsThemAndTheirDigestStays) {
  ASSERT_TRUE(settle(store_, with_texts(grant(organization_, "g", "10"))));
  ASSERT_TRUE(settle(store_, with_texts(charge(organization_, "c", "3"))));
  const Entry before = read(2);
  const auto digest = ledger::digest_of(before.origin.erasable, before.version);
  ASSERT_TRUE(digest);
  ASSERT_TRUE(erase(2));

  const Entry after = read(2);
  EXPECT_TRUE(after.origin.erasable.is_empty());
  EXPECT_EQ(after.origin.erasable.erased, digest);
  EXPECT_EQ(after.origin.erasable.salt, decltype(ledger::Erasable::salt){});
  EXPECT_EQ(after.hash, before.hash);
  EXPECT_EQ(ledger::canonical_bytes(after), ledger::canonical_bytes(before));
  EXPECT_FALSE(read(1).origin.erasable.is_empty());

  const auto charges = await<Result<Page<ledger::ChargeStatus>>>([&](auto reply) {
    store_.list_charges(organization_, {.after = {}, .limit = 10}, std::move(reply));
  });
  ASSERT_TRUE(charges && charges->records.size() == 1);
  const auto outcome = await<Result<ledger::Outcome>>(
      [&](auto reply) { store_.read_outcome(organization_, "c", std::move(reply)); });
  ASSERT_TRUE(outcome);
  for (const Entry& entry : {charges->records[0].entry, outcome->entry}) {
    EXPECT_TRUE(entry.origin.erasable.is_empty());
    EXPECT_EQ(entry.origin.erasable.erased, digest);
  }
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

// The fingerprint leaves the texts out, so it still tells a repetition from another request.
TEST_P(ErasedTextsTest, ARepetitionGetsTheFirstOutcomeIfTheFingerprintFits) {
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "10")));
  const auto first = settle(store_, with_texts(charge(organization_, "c", "3")));
  ASSERT_TRUE(first);
  auto other_texts = with_texts(charge(organization_, "c", "3"));
  other_texts.origin.erasable.reason = "another";
  EXPECT_EQ(name_of(settle(store_, other_texts)), "idempotency_key_reused");
  ASSERT_TRUE(erase(2));

  for (const auto& again : {with_texts(charge(organization_, "c", "3")), other_texts}) {
    const auto repeated = settle(store_, again);
    ASSERT_TRUE(repeated);
    EXPECT_TRUE(repeated->is_replayed);
    EXPECT_EQ(repeated->entry.hash, first->entry.hash);
    EXPECT_TRUE(repeated->entry.origin.erasable.is_empty());
  }
  auto other = with_texts(charge(organization_, "c", "4"));
  other.origin.fingerprint = {8};
  EXPECT_EQ(name_of(settle(store_, other)), "idempotency_key_reused");
  EXPECT_EQ(available(store_, organization_), "7");
}

TEST_P(ErasedTextsTest, TheAuditLogSaysWhatWasErasedWithoutIt) {
  ASSERT_TRUE(settle(store_, with_texts(grant(organization_, "g", "10"))));
  ASSERT_TRUE(erase(1));
  const auto told = acts();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].act.target, organization_.to_string());
  EXPECT_EQ(told[0].api_key, admin_.id);
  ASSERT_EQ(told[0].act.changes.size(), 2U);
  EXPECT_EQ(told[0].act.changes[0].field, "entry");
  EXPECT_EQ(told[0].act.changes[0].after, "1");
  EXPECT_EQ(told[0].act.changes[1].field, "texts");
  EXPECT_EQ(told[0].act.changes[1].before, "metadata, reason, payment_reference");
}

// Several ask at once, and each has read the entry while it had its texts.
TEST_P(ErasedTextsTest, WhatIsErasedAtOnceIsToldOnce) {
  ASSERT_TRUE(settle(store_, with_texts(grant(organization_, "g", "10"))));
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back([this] { EXPECT_TRUE(erase(1)); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(acts().size(), 1U);
  EXPECT_TRUE(read(1).origin.erasable.is_empty());
}

TEST_P(ErasedTextsTest, WhoeverMayNotErasesNothing) {
  ASSERT_TRUE(settle(store_, with_texts(grant(organization_, "g", "10"))));
  const UserId user = make_user(store_, "member@example.com");
  ASSERT_TRUE(join(store_, organization_, user, directory::Role::OWNER));
  const directory::ApiKey key = make_api_key(user, "owner");
  ASSERT_TRUE(change(store_, {.action = directory::CreateApiKey{key}}));
  const auto refused =
      change(store_, {.origin = asked_by(key, "owner"),
                      .action = directory::EraseTexts{
                          .of = {.organization = organization_, .seq = 1}, .names = "reason"}});
  EXPECT_EQ(name_of(refused), "permission_denied");
  EXPECT_FALSE(read(1).origin.erasable.is_empty());
  EXPECT_TRUE(acts().empty());
}

// Many entries of one batch, some erased twice, and spending goes on with them.
TEST_P(ErasedTextsTest, TheRestStaysAsItWas) {
  std::vector<ledger::Command> commands = {with_texts(grant(organization_, "g", "100"))};
  for (int i = 0; i < 20; ++i) {
    commands.push_back(with_texts(charge(organization_, "c" + std::to_string(i), "1")));
  }
  for (const auto& result : settle_all(store_, std::move(commands))) ASSERT_TRUE(result);
  const auto before = open_->entries_of(organization_);
  for (const std::uint64_t seq : {3U, 4U, 4U, 21U}) ASSERT_TRUE(erase(seq));
  ASSERT_TRUE(settle(store_, charge(organization_, "after", "1")));
  const auto after = open_->entries_of(organization_);
  ASSERT_EQ(after.size(), before.size() + 1);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool is_erased = i == 2 || i == 3 || i == 20;
    EXPECT_EQ(after[i].origin.erasable.is_empty(), is_erased) << i;
    EXPECT_EQ(after[i].hash, before[i].hash) << i;
  }
  EXPECT_EQ(audit(after), "");
  EXPECT_EQ(available(store_, organization_), "79");
}

INSTANTIATE_TEST_SUITE_P(Stores, ErasedTextsTest, ::testing::ValuesIn(all_store_kinds()),
                         name_of_kind);
INSTANTIATE_TEST_SUITE_P(SmallRuns, ErasedTextsTest, ::testing::Values(rocksdb_with_small_runs()),
                         name_of_kind);

}  // namespace farthing::store::testing::erased_texts_test
