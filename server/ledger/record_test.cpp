// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/record.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "tests/model/story.hpp"

namespace farthing::ledger::record_test {

using model::Story;

std::string bytes_of(const Record& record) {
  std::string bytes;
  append_encoded(record, bytes);
  return bytes;
}

Story long_story() {
  Story story;
  for (const std::string line :
       {"0 limit 1 9", "0 grant 2 5", "0 grant 3 5 expires=50", "1 charge 4 12",
        "2 refund 5 1 charge=4", "3 grant 6 4", "4 hold 7 2 ttl=60", "5 extend 8 hold=7 ttl=90",
        "6 capture 9 1 hold=7 final=no", "7 refund 10 all charge=9", "8 release 11 hold=7",
        "9 void 12 grant=6"}) {
    story.tell(line);
  }
  return story;
}

// The record of `id` as a store rebuilds it from entries.
Record fold(const Story& story, const Id128& id) {
  std::optional<Record> record;
  for (const Entry& entry : story.entries()) {
    if (!record && entry.subject == id) {
      record = make_record(entry);
    } else if (record && record_changed_by(entry) == id) {
      apply(*record, entry);
    }
  }
  return record.value();
}

TEST(Record, IsAFoldOverTheEntriesAboutOneThing) {
  const Story story = long_story();
  for (const std::uint32_t number : {2U, 3U, 4U, 6U, 7U, 9U}) {
    const Record* kept = story.records().find(story.id_of(number));
    ASSERT_NE(kept, nullptr) << number;
    EXPECT_EQ(bytes_of(fold(story, story.id_of(number))), bytes_of(*kept)) << number;
  }
  const auto charge = std::get<ChargeRecord>(fold(story, story.id_of(4)).value);
  EXPECT_EQ(charge.amount.to_string(), "12");
  EXPECT_EQ(charge.refunded.to_string(), "1");
  EXPECT_EQ(charge.refundable().to_string(), "11");
  EXPECT_EQ(charge.debt.to_string(), "0");
  // Two grants at first, and the one that repaid.
  EXPECT_EQ(charge.payments.size(), 3U);
  EXPECT_TRUE(std::get<GrantRecord>(fold(story, story.id_of(6)).value).is_voided);
  EXPECT_FALSE(std::get<GrantRecord>(fold(story, story.id_of(2)).value).is_voided);
  EXPECT_EQ(std::get<HoldRecord>(fold(story, story.id_of(7)).value).status.state,
            HoldState::released);
}

// A store may apply what it is not sure to have applied.
TEST(Record, TakesAnEntryOnce) {
  const Story story = long_story();
  const Id128 id = story.id_of(4);
  Record record = fold(story, id);
  const std::string before = bytes_of(record);
  for (const Entry& entry : story.entries()) {
    if (record_changed_by(entry) == id) apply(record, entry);
  }
  EXPECT_EQ(bytes_of(record), before);
}

TEST(Record, IsNeededForWhatMayHaveLeftTheState) {
  const Story story = long_story();
  struct Case {
    std::string command;
    std::vector<std::uint32_t> missing;
  };
  const std::vector<Case> cases = {
      {"10 grant 20 1", {}},
      {"10 charge 20 1", {}},
      {"10 hold 20 1", {}},
      {"10 limit 20 1", {}},
      {"10 void 20 grant=2", {2}},
      {"10 capture 20 all hold=7", {7}},
      {"10 release 20 hold=7", {7}},
      {"10 extend 20 hold=7", {7}},
      {"10 refund 20 all charge=4", {4}},
  };
  for (const Case& each : cases) {
    std::vector<Id128> ids;
    ids.reserve(each.missing.size());
    for (const std::uint32_t number : each.missing) ids.push_back(story.id_of(number));
    EXPECT_EQ(missing_records(story.state(), story.read(each.command), {}), ids) << each.command;
  }
  // Of a charge, the grants that it may go back to.
  Records records;
  records.add(story.id_of(4), *story.records().find(story.id_of(4)));
  EXPECT_EQ(missing_records(story.state(), story.read("10 refund 20 all charge=4"), records),
            (std::vector{story.id_of(3), story.id_of(2), story.id_of(6)}));
  // What is looked up and not there is not asked for again.
  records = {};
  records.add(story.id_of(4), std::nullopt);
  EXPECT_TRUE(
      missing_records(story.state(), story.read("10 refund 20 all charge=4"), records).empty());
}

TEST(Record, IsNotNeededForAnOpenHold) {
  Story story;
  story.tell("0 grant 1 5");
  story.tell("0 hold 2 5");
  for (const std::string command :
       {"1 capture 3 all hold=2", "1 release 3 hold=2", "1 extend 3 hold=2"}) {
    EXPECT_TRUE(missing_records(story.state(), story.read(command), {}).empty()) << command;
  }
}

TEST(Record, ReadsBackWhatIsStored) {
  const Story story = long_story();
  for (const std::uint32_t number : {2U, 3U, 4U, 6U, 7U, 9U}) {
    const std::string bytes = bytes_of(*story.records().find(story.id_of(number)));
    const auto read = decode_record(bytes);
    ASSERT_TRUE(read) << number;
    EXPECT_EQ(bytes_of(*read), bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode_record(std::string_view(bytes).substr(0, size)))
          << number << ": " << size;
    }
    EXPECT_FALSE(decode_record(bytes + '\0'));
  }
}

TEST(Record, NamesTheEntriesThatHaveChangedIt) {
  const Story story = long_story();
  const Record hold = fold(story, story.id_of(7));
  std::vector<EntryKind> kinds;
  for (const std::uint64_t seq : hold.changes) kinds.push_back(story.entries()[seq - 1].kind);
  EXPECT_EQ(kinds,
            (std::vector<EntryKind>{EntryKind::extend, EntryKind::capture, EntryKind::release}));
  EXPECT_FALSE(hold.has_more_changes);
  EXPECT_TRUE(fold(story, story.id_of(2)).changes.empty());
}

TEST(Record, NamesSoManyOfThem) {
  Story story;
  story.tell("0 grant 1 5");
  story.tell("0 hold 2 5");
  Record record = *story.records().find(story.id_of(2));
  Entry extend = story.entries().back();
  extend.kind = EntryKind::extend;
  for (std::size_t i = 0; i < kMaxChangesNamed; ++i) {
    ++extend.seq;
    apply(record, extend);
    apply(record, extend);
  }
  EXPECT_EQ(record.changes.size(), kMaxChangesNamed);
  EXPECT_FALSE(record.has_more_changes);
  ++extend.seq;
  apply(record, extend);
  EXPECT_EQ(record.changes.size(), kMaxChangesNamed);
  EXPECT_TRUE(record.has_more_changes);
  EXPECT_EQ(bytes_of(decode_record(bytes_of(record)).value()), bytes_of(record));
}

// What was stored before records named what has changed them.
TEST(Record, OfTheFirstFormatIsReadToo) {
  Story story;
  story.tell("0 grant 1 5");
  std::string bytes = bytes_of(*story.records().find(story.id_of(1)));
  ASSERT_TRUE(bytes.ends_with(std::string(2, '\0')));
  bytes.resize(bytes.size() - 2);
  bytes.front() = 1;
  const auto record = decode_record(bytes);
  ASSERT_TRUE(record);
  EXPECT_EQ(std::get<GrantRecord>(record->value).terms.amount.to_string(), "5");
  EXPECT_TRUE(record->has_more_changes);
  EXPECT_FALSE(decode_record(bytes + '\0'));
}

// What was stored before records of charges named the caller's key.
TEST(Record, OfTheSecondFormatIsReadToo) {
  Story story;
  story.tell("0 grant 1 5");
  story.tell("0 charge 2 3");
  story.tell("0 charge 3 1 caller=7");
  const auto named = decode_record(bytes_of(*story.records().find(story.id_of(3))));
  ASSERT_TRUE(named);
  EXPECT_EQ(std::get<ChargeRecord>(named->value).caller_key, ApiKeyId{model::id(7)});

  std::string bytes = bytes_of(*story.records().find(story.id_of(2)));
  // The caller's key, which is none, and that nothing has changed it.
  ASSERT_TRUE(bytes.ends_with(std::string(3, '\0')));
  bytes.pop_back();
  bytes.front() = 2;
  const auto record = decode_record(bytes);
  ASSERT_TRUE(record);
  EXPECT_EQ(std::get<ChargeRecord>(record->value).amount.to_string(), "3");
  EXPECT_EQ(std::get<ChargeRecord>(record->value).caller_key, std::nullopt);
  EXPECT_FALSE(record->has_more_changes);
}

RC_GTEST_PROP(RecordProperty, ReadingBentBytesNeverCrashes,
              (char value, std::uint16_t place, bool is_charge)) {
  static const Story story = long_story();
  std::string bytes = bytes_of(*story.records().find(story.id_of(is_charge ? 4 : 7)));
  bytes[place % bytes.size()] = value;
  const auto record = decode_record(bytes);
  if (!record) return;
  const std::string stored = bytes_of(*record);
  const auto again = decode_record(stored);
  RC_ASSERT(again.has_value());
  RC_ASSERT(bytes_of(*again) == stored);
}

}  // namespace farthing::ledger::record_test
