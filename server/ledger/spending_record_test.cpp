// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/spending_record.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace farthing::ledger::spending_record_test {

Credits credits(std::int64_t amount) { return Credits::from_nano(amount); }

PastSpending past(std::uint64_t seq, const char* day, std::int64_t amount) {
  PastSpending past{.organization = {}, .caller_key = {}, .seq = seq, .spent = {}};
  add_spent(past.spent, credits(amount), Instant::parse(day).value());
  return past;
}

std::string bytes_of(const SpendingRecord& record) {
  std::string bytes;
  append_encoded(record, bytes);
  return bytes;
}

// "12 in all, 5 in the month", whatever it says of the day.
std::string sums_of(const SpendingRecord& record) {
  return record.spent.total.to_string() + " in all, " + record.spent.month.to_string() +
         " in the month";
}

TEST(SpendingRecord, AddsUpDaysAndTakesNoneTwice) {
  SpendingRecord record;
  apply(record, past(4, "2026-11-29T10:00:00Z", 7'000'000'000));
  apply(record, past(9, "2026-11-30T10:00:00Z", 5'000'000'000));
  EXPECT_EQ(sums_of(record), "12 in all, 12 in the month");
  EXPECT_EQ(record.last_seq, 9U);
  EXPECT_EQ(record.spent.day, Credits());
  const SpendingRecord before = record;
  apply(record, past(4, "2026-11-29T10:00:00Z", 7'000'000'000));
  apply(record, past(9, "2026-11-30T10:00:00Z", 5'000'000'000));
  EXPECT_EQ(record, before);
  apply(record, past(11, "2026-12-01T10:00:00Z", 1'000'000'000));
  EXPECT_EQ(sums_of(record), "13 in all, 1 in the month");
}

// A refund of what was spent on days before.
TEST(SpendingRecord, GivesBack) {
  SpendingRecord record;
  apply(record, past(4, "2026-11-29T10:00:00Z", 7'000'000'000));
  PastSpending refund = past(9, "2026-11-30T10:00:00Z", 0);
  take_back_spent(refund.spent, Credits::parse("3").value(),
                  Instant::parse("2026-11-29T10:00:00Z").value(),
                  Instant::parse("2026-11-30T10:00:00Z").value());
  apply(record, refund);
  EXPECT_EQ(sums_of(record), "4 in all, 4 in the month");
}

TEST(SpendingRecord, ReadsBackWhatIsStored) {
  for (const SpendingRecord& record : {SpendingRecord(), SpendingRecord{.last_seq = 1'234'567,
                                                         .spent = {.held = {},
                                                                  .total = Credits::max(),
                                                                  .month = credits(5),
                                                                  .day = {},
                                                                  .day_number = 20'787}}}) {
    const std::string bytes = bytes_of(record);
    EXPECT_EQ(decode_spending_record(bytes), record);
    EXPECT_FALSE(decode_spending_record(bytes + '\0'));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode_spending_record(std::string_view(bytes).substr(0, size))) << size;
    }
  }
}

TEST(SpendingRecord, RefusesOtherFormatsAndAmountsBelowZero) {
  std::string bytes = bytes_of({.last_seq = 1, .spent = {.total = credits(1)}});
  bytes.front() = '\2';
  EXPECT_FALSE(decode_spending_record(bytes));
  EXPECT_FALSE(decode_spending_record(bytes_of({.last_seq = 1, .spent = {.total = credits(-1)}})));
  EXPECT_FALSE(decode_spending_record(bytes_of({.last_seq = 1, .spent = {.month = credits(-1)}})));
}

RC_GTEST_PROP(SpendingRecordProperty, ReadingRandomBytesNeverCrashes, (std::string bytes)) {
  bytes.insert(0, 1, '\1');
  const auto record = decode_spending_record(bytes);
  if (record) RC_ASSERT(decode_spending_record(bytes_of(*record)) == record);
}

}  // namespace farthing::ledger::spending_record_test
