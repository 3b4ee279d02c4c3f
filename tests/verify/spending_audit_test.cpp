// SPDX-License-Identifier: Apache-2.0
// What callers' keys have spent, in the state and in their records: what is wrong there the audit
// finds, and a store that an earlier version has left passes and goes on.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "offline/inspect/store_inspection.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"
#include "tests/model/earlier_state.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"
#include "tests/verify/tampering.hpp"

namespace farthing::inspect::spending_audit_test {

using store::testing::charge;
using store::testing::credits;
using store::testing::grant;
using store::testing::make_organization;
using store::testing::settle;

const ApiKeyId kCaller{Id128{.bytes = {1}}};

class SpendingAuditTest : public ::testing::Test {
 protected:
  // Entries 1 and 2, a grant and a charge of 4.5, on one day; 3 and 4, a grant and a charge of 1,
  // on the next, before which what was spent has left the state.
  void SetUp() override {
    const auto store = open();
    organization_ = make_organization(*store);
    CHECK(settle(*store, grant(organization_, "g", "10")));
    CHECK(settle(*store, of_caller("c", "4.5")));
    clock_.advance(std::chrono::days(1));
    CHECK(settle(*store, grant(organization_, "more", "10")));
    CHECK(settle(*store, of_caller("later", "1")));
  }

  // Closing it derives all that it has.
  std::unique_ptr<store::embedded::RocksdbStore> open() const {
    return store::embedded::RocksdbStore::open(
               {.directory = path(), .clock = &clock_, .snapshot_entries = 2})
        .value();
  }
  std::filesystem::path path() const { return directory_.path() / "data"; }
  // "entry 2: available: expected 6, found 7", or nothing.
  std::string audit() const {
    const auto report = inspect_store(path());
    if (!report) return report.error().message;
    if (!report->deviation) return "";
    const std::string text = report->deviation->to_string();
    return text.substr(text.find("entry "));
  }

  ledger::Command of_caller(std::string key, std::string_view amount) const {
    ledger::Command command = charge(organization_, std::move(key), amount);
    command.origin.caller_key = kCaller;
    return command;
  }
  std::string spending_key() const { return store::embedded::spending_key(organization_, kCaller); }
  static ledger::SpendingRecord record_in(const std::string& bytes) {
    return ledger::decode_spending_record(bytes).value();
  }
  std::string state_key() const { return std::string(organization_.value.as_bytes()); }
  // A state that has what was spent on both days.
  ledger::OrganizationState whole_state(Tampering& tampering) const {
    auto state = *ledger::decode_state(tampering.get("states", state_key()));
    auto& spending = state.spending.at(kCaller.value);
    spending = add_up(record_in(tampering.get("spending", spending_key())).spent, spending);
    return state;
  }
  template <class Value>
  static void put(Tampering& tampering, const std::string& family, const std::string& key,
                  const Value& value) {
    std::string encoded;
    ledger::append_encoded(value, encoded);
    tampering.put(family, key, encoded);
  }

  store::testing::TemporaryDirectory directory_;
  ManualClock clock_{store::testing::kStart};
  OrganizationId organization_;
};

TEST_F(SpendingAuditTest, ARecordOfACallersKeyThatDoesNotFollowIsFound) {
  EXPECT_EQ(audit(), "");
  {
    Tampering tampering(path());
    auto record = record_in(tampering.get("spending", spending_key()));
    EXPECT_EQ(record.spent.total, credits("4.5"));
    record.spent.total = credits("0.5");
    put(tampering, "spending", spending_key(), record);
  }
  const std::string found = audit();
  EXPECT_TRUE(found.starts_with("entry 4: the record of the caller's key ")) << found;
  EXPECT_NE(found.find("expected 4.5 spent, of it 4.5 in the month"), std::string::npos) << found;
  EXPECT_NE(found.find("found 0.5 spent, of it 4.5 in the month"), std::string::npos) << found;
}

TEST_F(SpendingAuditTest, AMissingRecordOfACallersKeyIsFound) {
  {
    Tampering tampering(path());
    tampering.remove("spending", spending_key());
  }
  EXPECT_TRUE(audit().ends_with(", found none")) << audit();
}

TEST_F(SpendingAuditTest, ARecordOfAKeyThatHasSpentNothingIsFound) {
  {
    Tampering tampering(path());
    tampering.put("spending", store::embedded::spending_key(organization_, {Id128{.bytes = {9}}}),
                  tampering.get("spending", spending_key()));
  }
  EXPECT_NE(audit().find(": expected none, found 4.5 spent"), std::string::npos) << audit();
}

TEST_F(SpendingAuditTest, ARecordThatCannotBeReadIsFound) {
  {
    Tampering tampering(path());
    tampering.put("spending", spending_key(), "\x01");
  }
  EXPECT_EQ(audit(),
            "entry 4: the record of a caller's key: expected what can be read, found something "
            "else");
}

TEST_F(SpendingAuditTest, ARecordOfNoOrganizationIsFound) {
  const OrganizationId stranger{Id128{.bytes = {0xff}}};
  {
    Tampering tampering(path());
    tampering.put("spending", store::embedded::spending_key(stranger, kCaller),
                  tampering.get("spending", spending_key()));
  }
  EXPECT_EQ(audit(),
            "entry 0: the organization: expected one of the directory, found one that is not in "
            "it");
}

// A state from which nothing was moved, beside the record of what was.
TEST_F(SpendingAuditTest, WhatIsCountedTwiceIsFound) {
  {
    Tampering tampering(path());
    put(tampering, "states", state_key(), whole_state(tampering));
  }
  const std::string found = audit();
  EXPECT_TRUE(found.starts_with("entry 4: the state's spending of ")) << found;
}

// As the version before has left it: the state counts all days, and there are no records.
TEST_F(SpendingAuditTest, AStoreOfTheVersionBeforePassesAndGoesOn) {
  {
    Tampering tampering(path());
    const auto state = whole_state(tampering);
    tampering.put("states", state_key(), model::encode_as_version_2(state));
    tampering.drop("spending");
  }
  EXPECT_EQ(audit(), "");
  const auto capped = [this](std::string key, std::string_view amount) {
    ledger::Command command = of_caller(std::move(key), amount);
    command.caller_caps = std::make_shared<const ledger::SpendCaps>(
        ledger::SpendCaps{.day = {}, .month = {}, .total = credits("7")});
    return command;
  };
  // On the same day, and with the next one.
  for (int day = 0; day < 2; ++day) {
    const auto store = open();
    EXPECT_FALSE(settle(*store, capped("too much" + std::to_string(day), "1.6")));
    EXPECT_TRUE(settle(*store, capped("fits" + std::to_string(day), "0.1")));
    EXPECT_EQ(store::testing::show(
                  store::testing::read_spending(*store, organization_, kCaller)->spending),
              day == 0 ? "0 1.1 5.6 5.6" : "0 0.1 5.7 5.7");
    clock_.advance(std::chrono::days(1));
  }
  EXPECT_EQ(audit(), "");
  Tampering tampering(path());
  EXPECT_EQ(record_in(tampering.get("spending", spending_key())).spent.total, credits("5.6"));
}

}  // namespace farthing::inspect::spending_audit_test
