// SPDX-License-Identifier: Apache-2.0
// A database that is right passes the audit; one that was tampered with does not, and the audit
// says where. Needs a PostgreSQL.
#include "offline/inspect/database_inspection.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "tests/copy/sample_store.hpp"
#include "tests/model/earlier_state.hpp"
#include "tests/store_conformance/commands.hpp"

namespace farthing::copy::testing::database_audit_test {

using store::testing::charge;
using store::testing::grant;
using store::testing::settle;

class DatabaseAudit : public ::testing::Test {
 protected:
  // Two entries: a grant and a charge of it, which is refunded by a third.
  void SetUp() override {
    ASSERT_TRUE(has_database()) << "run it by tests.support.postgres";
    (void)empty_database();
    const auto store = open_database();
    organization_ = store::testing::make_organization(*store);
    CHECK(settle(*store, grant(organization_, "g", "10")));
    const auto charged = settle(*store, charge(organization_, "c", "4"));
    CHECK(charged);
    ledger::Command refund = charge(organization_, "r", "1");
    refund.action = ledger::RefundCharge{.charge = charged->entry.subject,
                                         .amount = store::testing::credits("1")};
    CHECK(settle(*store, refund));
  }

  static Result<inspect::InspectionReport> run_audit() {
    const auto reader =
        store::postgres::DatabaseReader::open(std::string(database().database.reveal()));
    CHECK(reader);
    return inspect::inspect_database(**reader);
  }
  // "entry 2: available: expected 6, found 7" after the change, or nothing.
  std::string after(const std::string& sql) const {
    run_sql(sql);
    const auto report = run_audit();
    if (!report) return report.error().message;
    if (!report->deviation) return "";
    const std::string text = report->deviation->to_string();
    const std::string start = "organization " + organization_.to_string() + " ";
    return text.starts_with(start) ? text.substr(start.size()) : text;
  }

  OrganizationId organization_;
};

TEST_F(DatabaseAudit, ADatabaseThatIsRightPasses) {
  const auto report = run_audit();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->deviation) << report->deviation->to_string();
  EXPECT_EQ(report->counts.organizations, 1U);
  EXPECT_EQ(report->counts.entries, 3U);
  EXPECT_EQ(report->counts.refunds, 1U);
  EXPECT_EQ(report->heads.at(organization_).seq, 3U);
}

TEST_F(DatabaseAudit, WhatWasChangedIsFoundAndWhere) {
  const std::string entry = "UPDATE farthing.ledger_entry SET ";
  EXPECT_EQ(after(entry + "kind = 5 WHERE seq = 1"),
            "entry 1: the kind that it is stored under: expected 1, found 5");
  EXPECT_EQ(after(entry + "kind = 1 WHERE seq = 1"), "");
  EXPECT_EQ(after(entry + "idempotency_key = 'd' WHERE seq = 2"),
            "entry 2: the idempotency key that it is stored under: expected c, found d");
  EXPECT_EQ(after(entry + "idempotency_key = 'c' WHERE seq = 2"), "");
  EXPECT_EQ(after(entry + "seq = 4 WHERE seq = 3"),
            "entry 3: the number that it is stored under: expected 3, found 4");
  EXPECT_EQ(after(entry + "seq = 3 WHERE seq = 4"), "");
  const std::string state = "UPDATE farthing.ledger_state SET ";
  EXPECT_EQ(after(state + "available = 0"),
            "entry 3: available beside the state: expected 7, found 0");
  EXPECT_EQ(after(state + "available = 7000000000, next_due_at = 0"),
            "entry 3: when the row of the state falls due: expected never, found "
            "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(after(state + "next_due_at = NULL, last_seq = 2"),
            "entry 3: the last number beside the state: expected 3, found 2");
  EXPECT_EQ(after(state + "last_seq = 3, held = 1"),
            "entry 3: held beside the state: expected 0, found 0.000000001");
}

TEST_F(DatabaseAudit, AByteThatWasChangedIsFound) {
  EXPECT_EQ(after("UPDATE farthing.ledger_entry SET"
                  " stored = set_byte(stored, 60, get_byte(stored, 60) # 1) WHERE seq = 2")
                .substr(0, 18),
            "entry 2: the hash:");
}

TEST_F(DatabaseAudit, WhatIsMissingIsFound) {
  EXPECT_EQ(after("DELETE FROM farthing.ledger_record"),
            "entry 3: how many records there are: expected 1, found 0");
  EXPECT_EQ(after("DELETE FROM farthing.ledger_entry WHERE seq = 2"),
            "entry 2: the number: expected 2, found 3");
}

// Two more entries: a charge for a caller of the day before, and the first of a day.
class SpendingAudit : public DatabaseAudit {
 protected:
  void SetUp() override {
    DatabaseAudit::SetUp();
    const auto store = open_database();
    CHECK(settle(*store, of_caller("d", "2")));
    test_clock().set(test_clock().now().plus(std::chrono::days(1)));
    CHECK(settle(*store, of_caller("e", "1")));
  }

  ledger::Command of_caller(std::string key, std::string_view amount) const {
    ledger::Command command = charge(organization_, std::move(key), amount);
    command.origin.caller_key = kCaller;
    return command;
  }
  static std::string literal(const std::string& bytes) { return "'\\x" + to_hex(bytes) + "'"; }
  static std::string record_of(std::string_view total) {
    ledger::SpendingRecord record{.last_seq = 5, .spent = {}};
    add_spent(record.spent, store::testing::credits(total), test_clock().now().plus(kBack));
    std::string bytes;
    ledger::append_encoded(record, bytes);
    return literal(bytes);
  }

  static constexpr std::chrono::days kBack{-1};
  const ApiKeyId kCaller{store::testing::numbered_id(4)};
};

TEST_F(SpendingAudit, ARecordThatDoesNotFollowIsFound) {
  EXPECT_EQ(after(""), "");
  const std::string set = "UPDATE farthing.ledger_spending SET ";
  EXPECT_NE(after(set + "record = " + record_of("1.5")).find("found 1.5 spent"), std::string::npos);
  EXPECT_EQ(after(set + "record = " + record_of("2")), "");
  EXPECT_EQ(after(set + "record = '\\x01'"),
            "entry 5: the record of a caller's key: expected what can be read, found something "
            "else");
  EXPECT_TRUE(after("DELETE FROM farthing.ledger_spending").ends_with(", found none"));
}

// As the version before has left it: the state counts all days, and there are no records.
TEST_F(SpendingAudit, AStateOfTheVersionBeforePassesAndGoesOn) {
  const auto reader =
      store::postgres::DatabaseReader::open(std::string(database().database.reveal())).value();
  auto state = ledger::decode_state((**reader->find_state(organization_)).state).value();
  EXPECT_EQ(state.spending.at(kCaller.value).total, store::testing::credits("1"));
  // The day before may be of another month.
  const auto month = [] { return test_clock().now().to_string().substr(0, 7); };
  const bool is_one_month = test_clock().now().plus(kBack).to_string().substr(0, 7) == month();
  const Credits of_month = store::testing::credits(is_one_month ? "3" : "1");
  state.spending.at(kCaller.value).total = store::testing::credits("3");
  state.spending.at(kCaller.value).month = of_month;
  EXPECT_EQ(
      after("DELETE FROM farthing.ledger_spending; UPDATE farthing.ledger_state SET state = " +
            literal(model::encode_as_version_2(state))),
      "");
  // A month may end in between.
  std::map<std::string, Credits> spent = {{month(), of_month}};
  for (int day = 0; day < 2; ++day) {
    const auto store = open_database();
    ledger::Command capped = of_caller("capped" + std::to_string(day), "1.5");
    capped.caller_caps = std::make_shared<const ledger::SpendCaps>(
        ledger::SpendCaps{.day = {}, .month = {}, .total = store::testing::credits("4")});
    EXPECT_FALSE(settle(*store, capped));
    EXPECT_TRUE(settle(*store, of_caller("fits" + std::to_string(day), "0.25")));
    spent[month()] = *spent[month()].plus(store::testing::credits("0.25"));
    test_clock().set(test_clock().now().plus(std::chrono::days(1)));
    EXPECT_EQ(after(""), "") << day;
    EXPECT_EQ(store::testing::show(
                  store::testing::read_spending(*store, organization_, kCaller)->spending),
              "0 0 " + spent[month()].to_string() + (day == 0 ? " 3.25" : " 3.5"));
  }
}

TEST_F(DatabaseAudit, AMissingStateIsFound) {
  EXPECT_EQ(after("DELETE FROM farthing.ledger_state"),
            "entry 3: the state: expected one, found none");
}

TEST_F(DatabaseAudit, WhatBelongsToNobodyIsFound) {
  const std::string missing =
      "the organization: expected one of the directory, found one that is not in it";
  EXPECT_EQ(after("DELETE FROM farthing.directory_organization"),
            organization_.to_string() + ": it: expected one, found none");
  // Nor does an audit log tell of it.
  EXPECT_EQ(after("DELETE FROM farthing.audit_record; UPDATE farthing.audit_head"
                  " SET number = 0, at = 0, hash = decode(repeat('00', 32), 'hex')"),
            "entry 0: " + missing);
  EXPECT_EQ(after("DELETE FROM farthing.ledger_entry"), "entry 0: " + missing);
}

}  // namespace farthing::copy::testing::database_audit_test
