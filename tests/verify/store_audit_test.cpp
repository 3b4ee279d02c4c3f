// SPDX-License-Identifier: Apache-2.0
// An embedded store that is right passes the audit untouched; one that was tampered with behind its
// back does not, and the audit says where.
#include "offline/inspect/store_inspection.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "offline/inspect/audit_log_check.hpp"
#include "server/ledger/record.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"
#include "tests/verify/tampering.hpp"

namespace farthing::inspect::store_audit_test {

namespace fs = std::filesystem;
using store::testing::charge;
using store::testing::credits;
using store::testing::grant;
using store::testing::make_organization;
using store::testing::settle;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Every file below a directory, and what it holds.
std::map<std::string, std::string> content_of(const fs::path& directory) {
  std::map<std::string, std::string> content;
  for (const auto& file : fs::recursive_directory_iterator(directory)) {
    if (file.is_regular_file()) content[file.path().string()] = read_file(file.path());
  }
  return content;
}

const ApiKeyId kCaller{Id128{.bytes = {1}}};

class StoreAuditTest : public ::testing::Test {
 protected:
  // Two organizations; the first has, by number: 1 a grant, 2 a charge, 3 a hold, 4 its capture
  // and 5 the release of its rest, 6 a refund, 7 a limit, 8 a charge that owes.
  void SetUp() override {
    const auto store = open();
    first_ = make_organization(*store);
    second_ = make_organization(*store);
    CHECK(settle(*store, grant(first_, "g", "10")));
    ledger::Command of_caller = charge(first_, "c", "4");
    of_caller.origin.caller_key = kCaller;
    const auto charged = settle(*store, of_caller);
    ledger::Command command = charge(first_, "h", "0");
    command.origin.caller_key = kCaller;
    command.action = ledger::PlaceHold{.amount = credits("3")};
    const auto held = settle(*store, command);
    command.origin.idempotency_key = "capture";
    command.action = ledger::CaptureHold{.hold = held->entry.subject, .amount = credits("1")};
    CHECK(settle(*store, command));
    command.origin.idempotency_key = "refund";
    command.action =
        ledger::RefundCharge{.charge = charged->entry.subject, .amount = credits("0.5")};
    CHECK(settle(*store, command));
    command.origin.idempotency_key = "limit";
    command.action = ledger::SetOverdraftLimit{.limit = credits("9")};
    CHECK(settle(*store, command));
    CHECK(settle(*store, charge(first_, "owing", "7.5")));
    CHECK(settle(*store, grant(second_, "g", "1")));
  }

  // Closing it derives all that it has.
  std::unique_ptr<store::embedded::RocksdbStore> open() const {
    auto opened = store::embedded::RocksdbStore::open(
        {.directory = path(), .clock = &clock_, .snapshot_entries = 4});
    CHECK(opened);
    return *std::move(opened);
  }
  fs::path path() const { return directory_.path() / "data"; }

  // "entry 2: available: expected 6, found 7", or nothing.
  std::string audit(OrganizationId organization) const {
    const auto audit = inspect_store(path());
    if (!audit) return audit.error().message;
    if (!audit->deviation) return "";
    const std::string text = audit->deviation->to_string();
    const std::string start = "organization " + organization.to_string() + " ";
    return text.starts_with(start) ? text.substr(start.size()) : text;
  }
  // "record 2: the hash: expected …, found …", or nothing.
  std::string audit_of_acts() const {
    const auto reader = store::embedded::StoreReader::open(path());
    if (!reader) return reader.error().message;
    const auto report = check_audit_log(**reader);
    if (!report) return report.error().message;
    return report->deviation ? report->deviation->to_string() : "";
  }
  std::string entry_key(std::uint64_t seq) const { return store::embedded::entry_key(first_, seq); }
  std::string state_key() const { return std::string(first_.value.as_bytes()); }

  // Stores the entry with that number anew as `falsify` leaves it, chained as if it had been so.
  void falsify(std::uint64_t seq, const std::function<void(ledger::Entry&)>& falsify) {
    Tampering tampering(path());
    Digest previous{};
    for (std::uint64_t each = 1; each <= 8; ++each) {
      auto entry = *ledger::decode_entry(tampering.get("entries", entry_key(each)));
      if (each == seq) falsify(entry);
      std::string stored;
      ledger::append_sealed(entry, previous, stored);
      previous = entry.hash;
      tampering.put("entries", entry_key(each), stored);
    }
  }

  store::testing::TemporaryDirectory directory_;
  ManualClock clock_{store::testing::kStart};
  OrganizationId first_;
  OrganizationId second_;
};

TEST_F(StoreAuditTest, AStoreThatIsRightPassesAndStaysAsItIs) {
  const auto before = content_of(path());
  const auto audit = inspect_store(path());
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_FALSE(audit->deviation) << audit->deviation->to_string();
  EXPECT_EQ(audit->counts.organizations, 2U);
  EXPECT_EQ(audit->counts.entries, 9U);
  EXPECT_EQ(audit->counts.idempotency_keys, 8U);
  EXPECT_EQ(audit->counts.grants, 2U);
  EXPECT_EQ(audit->counts.charges, 3U);
  EXPECT_EQ(audit->counts.holds, 1U);
  EXPECT_EQ(audit->counts.refunds, 1U);
  EXPECT_EQ(content_of(path()), before);
  // What others could do, it still can.
  EXPECT_TRUE(settle(*open(), grant(second_, "h", "1")));
}

TEST_F(StoreAuditTest, WhatIsInTheJournalOnlyIsVerifiedToo) {
  const auto copy = directory_.path() / "copy";
  {
    const auto store = open();
    ASSERT_TRUE(settle(*store, charge(first_, "fresh", "0.25")));
    ASSERT_TRUE(settle(*store, grant(make_organization(*store), "new", "1")));
    fs::copy(path(), copy, fs::copy_options::recursive);
  }
  const auto audit = inspect_store(copy);
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_FALSE(audit->deviation) << audit->deviation->to_string();
  EXPECT_EQ(audit->counts.organizations, 3U);
  EXPECT_EQ(audit->counts.entries, 11U);
}

TEST_F(StoreAuditTest, AServersStoreIsLeftAlone) {
  const auto store = open();
  EXPECT_NE(audit(first_).find("is in use by another farthing server"), std::string::npos);
}

TEST_F(StoreAuditTest, WhatIsNoStoreIsLeftAlone) {
  const auto nothing = directory_.path() / "nothing";
  EXPECT_FALSE(inspect_store(nothing));
  EXPECT_FALSE(fs::exists(nothing));
}

// There is no server's log to look into.
TEST_F(StoreAuditTest, TheFileOfTheDatabaseThatIsDamagedIsNamed) {
  int damaged = 0;
  for (const auto& file : fs::recursive_directory_iterator(path() / "rocksdb")) {
    if (file.path().extension() != ".sst") continue;
    std::fstream out(file.path(), std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(4).put('?').put('?');
    ++damaged;
  }
  ASSERT_GT(damaged, 0);
  const std::string found = audit(first_);
  EXPECT_NE(found.find("The data directory is damaged: "), std::string::npos) << found;
  EXPECT_NE(found.find(".sst"), std::string::npos) << found;
  EXPECT_NE(found.find("Restore it from a backup."), std::string::npos) << found;
}

TEST_F(StoreAuditTest, AChangedByteOfAnEntryIsFound) {
  {
    Tampering tampering(path());
    std::string stored = tampering.get("entries", entry_key(2));
    stored[60] = static_cast<char>(stored[60] ^ 1);
    tampering.put("entries", entry_key(2), stored);
  }
  EXPECT_EQ(audit(first_).substr(0, 18), "entry 2: the hash:");
}

TEST_F(StoreAuditTest, AnAmountThatWasChangedAndChainedAnewIsFound) {
  falsify(2, [](ledger::Entry& entry) {
    entry.amount = entry.lots[0].amount = credits("3");
    entry.available = credits("7");
  });
  // The entry is right in itself: what comes after it is not.
  EXPECT_EQ(audit(first_), "entry 3: available: expected 4, found 3");
}

TEST_F(StoreAuditTest, ABalanceThatWasChangedAndChainedAnewIsFound) {
  falsify(8, [](ledger::Entry& entry) { entry.available = credits("7.5"); });
  EXPECT_EQ(audit(first_), "entry 8: available: expected -2, found 7.5");
}

TEST_F(StoreAuditTest, ALastEntryThatIsMissingIsFoundByTheIndex) {
  {
    Tampering tampering(path());
    tampering.remove("entries", entry_key(8));
    tampering.remove("snapshots", entry_key(8));
  }
  EXPECT_EQ(audit(first_),
            "entry 7: how many idempotency keys lead to entries: expected 6, found 7");
}

TEST_F(StoreAuditTest, AnEntryThatIsMissingIsFound) {
  {
    Tampering tampering(path());
    tampering.remove("entries", entry_key(3));
  }
  EXPECT_EQ(audit(first_), "entry 3: the number: expected 3, found 4");
}

TEST_F(StoreAuditTest, AKeyThatLeadsElsewhereIsFound) {
  {
    Tampering tampering(path());
    tampering.put("outcomes", store::embedded::outcome_key(first_, "c"),
                  store::embedded::encode_seq(1));
  }
  EXPECT_EQ(audit(first_),
            "entry 2: the entry that its idempotency key leads to: expected 2, found 1");
}

TEST_F(StoreAuditTest, AKeyThatWasChangedIsFound) {
  falsify(2, [](ledger::Entry& entry) { entry.origin.idempotency_key = "g"; });
  EXPECT_EQ(audit(first_),
            "entry 2: the entry that its idempotency key leads to: expected 2, found 1");
}

TEST_F(StoreAuditTest, AKeyTooManyIsFound) {
  {
    Tampering tampering(path());
    tampering.put("outcomes", store::embedded::outcome_key(first_, "another"),
                  store::embedded::encode_seq(2));
  }
  EXPECT_EQ(audit(first_),
            "entry 8: how many idempotency keys lead to entries: expected 7, found 8");
}

TEST_F(StoreAuditTest, AGrantThatIsNotListedIsFound) {
  {
    Tampering tampering(path());
    tampering.remove("subjects", store::embedded::subject_key(first_, ledger::EntryKind::grant, 1));
  }
  EXPECT_EQ(audit(first_), "entry 1: the list of grants: expected to have it, found without it");
}

TEST_F(StoreAuditTest, AStateThatDoesNotFollowIsFound) {
  {
    Tampering tampering(path());
    auto state = *ledger::decode_state(tampering.get("states", state_key()));
    state.overdraft_limit = credits("10");
    std::string encoded;
    ledger::append_encoded(state, encoded);
    tampering.put("states", state_key(), encoded);
  }
  EXPECT_EQ(audit(first_), "entry 8: the limit of the state: expected 9, found 10");
}

TEST_F(StoreAuditTest, AStatesDebtThatDoesNotFollowIsFound) {
  {
    Tampering tampering(path());
    auto state = *ledger::decode_state(tampering.get("states", state_key()));
    state.debts.begin()->second = credits("0.5");
    std::string encoded;
    ledger::append_encoded(state, encoded);
    tampering.put("states", state_key(), encoded);
  }
  const std::string found = audit(first_);
  EXPECT_EQ(found.substr(0, 26), "entry 8: the state's debt ");
  EXPECT_TRUE(found.ends_with(": expected 2, found 0.5")) << found;
}

TEST_F(StoreAuditTest, AStatesSpendingThatDoesNotFollowIsFound) {
  {
    Tampering tampering(path());
    auto state = *ledger::decode_state(tampering.get("states", state_key()));
    state.spending.at(kCaller.value).month = credits("4");
    std::string encoded;
    ledger::append_encoded(state, encoded);
    tampering.put("states", state_key(), encoded);
  }
  const std::string found = audit(first_);
  EXPECT_TRUE(found.starts_with("entry 8: the state's spending of ")) << found;
  EXPECT_NE(found.find("expected 0 held, spent 4.5, of it 4.5 in the month and 4.5 on the day"),
            std::string::npos)
      << found;
  EXPECT_NE(found.find("found 0 held, spent 4.5, of it 4 in the month"), std::string::npos)
      << found;
}

// What was counted before is not known to the entries. There was no audit log yet.
TEST_F(StoreAuditTest, AStateFromBeforeSpendingWasCountedPasses) {
  {
    Tampering tampering(path());
    tampering.drop("audit");
    auto state = *ledger::decode_state(tampering.get("states", state_key()));
    state.spending.clear();
    state.spending_after = state.last_seq;
    std::string encoded;
    ledger::append_encoded(state, encoded);
    tampering.put("states", state_key(), encoded);
  }
  EXPECT_EQ(audit(first_), "");
}

TEST_F(StoreAuditTest, AStateThatCountsSpendingFromALaterEntryIsFound) {
  {
    Tampering tampering(path());
    auto state = *ledger::decode_state(tampering.get("states", state_key()));
    state.spending.clear();
    state.spending_after = state.last_seq;
    std::string encoded;
    ledger::append_encoded(state, encoded);
    tampering.put("states", state_key(), encoded);
  }
  EXPECT_EQ(audit(first_),
            "entry 8: the entry after which the state counts spending: expected 0, found 8");
}

TEST_F(StoreAuditTest, ASnapshotThatDoesNotFollowIsFound) {
  {
    Tampering tampering(path());
    auto state = *ledger::decode_state(tampering.get("snapshots", entry_key(8)));
    state.overdraft_limit = credits("10");
    std::string encoded;
    ledger::append_encoded(state, encoded);
    tampering.put("snapshots", entry_key(8), encoded);
  }
  EXPECT_EQ(audit(first_),
            "entry 8: the limit of the state (of the snapshot): expected 9, found 10");
}

TEST_F(StoreAuditTest, ASnapshotOfNoEntryIsFound) {
  {
    Tampering tampering(path());
    tampering.put("snapshots", entry_key(9), tampering.get("snapshots", entry_key(8)));
  }
  EXPECT_EQ(audit(first_), "entry 8: the entry of a snapshot: expected 9, found none");
}

TEST_F(StoreAuditTest, AMissingStateIsFound) {
  {
    Tampering tampering(path());
    tampering.remove("states", state_key());
  }
  EXPECT_EQ(audit(first_), "entry 8: the state: expected one, found none");
}

TEST_F(StoreAuditTest, ARecordThatDoesNotFollowIsFound) {
  {
    Tampering tampering(path());
    const auto charged = *ledger::decode_entry(tampering.get("entries", entry_key(2)));
    const std::string key = store::embedded::record_key(first_, charged.subject);
    auto record = *ledger::decode_record(tampering.get("records", key));
    std::get<ledger::ChargeRecord>(record.value).refunded = {};
    std::string encoded;
    ledger::append_encoded(record, encoded);
    tampering.put("records", key, encoded);
  }
  const std::string found = audit(first_);
  EXPECT_EQ(found.substr(0, 23), "entry 8: the record of ");
  EXPECT_NE(found.find("found 4 refunded 0 owed 0"), std::string::npos) << found;
}

TEST_F(StoreAuditTest, ARecordOfSomebodyElsesChargeIsFound) {
  {
    Tampering tampering(path());
    const auto charged = *ledger::decode_entry(tampering.get("entries", entry_key(2)));
    const std::string key = store::embedded::record_key(first_, charged.subject);
    auto record = *ledger::decode_record(tampering.get("records", key));
    std::get<ledger::ChargeRecord>(record.value).caller_key = ApiKeyId{charged.subject};
    std::string encoded;
    ledger::append_encoded(record, encoded);
    tampering.put("records", key, encoded);
  }
  const std::string found = audit(first_);
  EXPECT_TRUE(found.starts_with("entry 8: the caller's key in the record of ")) << found;
}

TEST_F(StoreAuditTest, AMissingRecordIsFound) {
  {
    Tampering tampering(path());
    const auto held = *ledger::decode_entry(tampering.get("entries", entry_key(3)));
    tampering.remove("records", store::embedded::record_key(first_, held.subject));
  }
  EXPECT_EQ(audit(first_), "entry 8: how many records there are: expected 2, found 1");
}

// The log tells of the two organizations.
TEST_F(StoreAuditTest, AnActThatWasChangedOrTakenAwayIsFound) {
  EXPECT_EQ(audit_of_acts(), "");
  std::string first;
  {
    Tampering tampering(path());
    first = tampering.get("audit", store::embedded::audit_key(1));
    auto record = *directory::decode_audit_record(first);
    record.act.changes.at(0).after = "Another name";
    std::string changed;
    directory::append_encoded(record, changed);
    tampering.put("audit", store::embedded::audit_key(1), changed);
  }
  EXPECT_EQ(audit_of_acts().substr(0, 27), "record 1: the hash: expecte");
  {
    Tampering tampering(path());
    tampering.remove("audit", store::embedded::audit_key(1));
  }
  EXPECT_EQ(audit_of_acts(), "record 2: the number: expected 1, found 2");
  {
    Tampering tampering(path());
    tampering.put("audit", store::embedded::audit_key(1), first);
    tampering.put("audit", store::embedded::audit_key(3), first.substr(1));
  }
  EXPECT_EQ(audit_of_acts(),
            "The store is damaged: the record of the audit log behind number 2 is malformed.");
}

TEST_F(StoreAuditTest, AStoreFromBeforeTheAuditLogPasses) {
  {
    Tampering tampering(path());
    tampering.drop("audit");
  }
  EXPECT_EQ(audit_of_acts(), "");
  EXPECT_EQ(audit(first_), "");
  EXPECT_TRUE(settle(*open(), grant(second_, "h", "1")));
}

TEST_F(StoreAuditTest, WhatBelongsToNobodyIsFound) {
  const OrganizationId stranger{store::testing::numbered_id(1)};
  {
    Tampering tampering(path());
    tampering.put("outcomes", store::embedded::outcome_key(stranger, "k"),
                  store::embedded::encode_seq(1));
  }
  EXPECT_EQ(
      audit(stranger),
      "entry 0: the organization: expected one of the directory, found one that is not in it");
}

}  // namespace farthing::inspect::store_audit_test
