// SPDX-License-Identifier: Apache-2.0
// A falsified ledger is found out, at the entry that was falsified, also when it was numbered and
// chained anew. Histories that are right are in the conformance suite of the stores.
#include "verify/ledger_verifier.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "tests/verify/told_ledger.hpp"

namespace farthing::verify::testing::ledger_verifier_test {

// "17: available: expected -16, found -15", or nothing.
std::string verify_all(const std::vector<SealedEntry>& entries) {
  Spool spool;
  LedgerVerifier verifier(entries.front().entry.organization, spool);
  const auto say = [&verifier](const Finding& finding) {
    return std::to_string(verifier.place()) + ": " + finding.what + ": expected " +
           finding.expected + ", found " + finding.found;
  };
  for (const SealedEntry& sealed : entries) {
    if (const auto wrong = verifier.next(sealed)) return say(*wrong);
  }
  const auto wrong = verifier.finish();
  return wrong ? say(*wrong) : std::string();
}

Credits more(Credits amount, std::int64_t nano = 1) {
  return Credits::from_nano(amount.nano() + nano);
}

struct Falsification {
  const char* name;
  std::uint64_t seq;  // told_ledger.cpp says what is there
  std::function<void(Entry&)> falsify;
  const char* what;
  std::uint64_t shown_at = 0;  // if not there
};

const std::vector<Falsification>& falsifications() {
  static const std::vector<Falsification> all = {
      {"OfAGrant", 1, [](Entry& e) { e.amount = more(e.amount); }, "the amount of its terms"},
      {"OfAGrantAndItsTerms", 1, [](Entry& e) { e.amount = e.terms->amount = more(e.amount); },
       "available"},
      {"ABalance", 3, [](Entry& e) { e.available = more(e.available, -1); }, "available"},
      {"WhatIsHeld", 5, [](Entry& e) { e.held = more(e.held); }, "held"},
      {"OfACharge", 3, [](Entry& e) { e.amount = more(e.amount); },
       "what is spendable while it owes"},
      {"APartOfACharge", 3, [](Entry& e) { e.parts[0].amount = more(e.parts[0].amount); },
       "what its grants paid"},
      {"TheGrantThatPays", 3, [](Entry& e) { e.parts[0].grant = e.subject; },
       "the grant that pays"},
      {"AnActivation", 4, [](Entry& e) { e.amount = more(e.amount, -1); }, "the amount"},
      {"TheBurnOrder", 5, [](Entry& e) { std::swap(e.parts[0], e.parts[1]); },
       "the grant that pays"},
      {"WhatAHoldSetsAside", 5, [](Entry& e) { e.amount = e.hold->amount = more(e.amount); },
       "what its grants set aside"},
      {"AHoldsStatus", 5, [](Entry& e) { e.hold->captured = more(e.hold->captured); },
       "the hold after it"},
      {"HowLongAHoldRuns", 5,
       [](Entry& e) { e.hold->expires_at = e.at.plus(std::chrono::hours(25)); },
       "when it runs out"},
      {"ACapture", 6, [](Entry& e) { e.amount = more(e.amount); }, "what its hold paid"},
      {"AHoldThatIsNone", 6, [](Entry& e) { e.parent = e.subject; }, "its open hold"},
      {"WhatWasCaptured", 6, [](Entry& e) { e.hold->captured = more(e.hold->captured); },
       "the hold after it"},
      {"WhoseCaptureItIs", 6, [](Entry& e) { e.caller_key = e.subject; }, "the caller's key"},
      {"WhoseExtensionItIs", 7, [](Entry& e) { e.caller_key = e.subject; }, "the caller's key"},
      {"WhoseRefundItIs", 12, [](Entry& e) { e.caller_key = e.subject; }, "the caller's key"},
      {"WhoseReleaseItIs", 15, [](Entry& e) { e.caller_key = e.subject; }, "the caller's key"},
      {"AnExtension", 7, [](Entry& e) { e.hold->expires_at = e.at; }, "when it runs out"},
      {"WhoFollows", 9, [](Entry& e) { e.idempotency_key = "mine"; }, "who asked for it"},
      {"TheEndOfAnOutcome", 8, [](Entry& e) { e.is_continued = false; }, "who asked for it", 9},
      {"AnOutcomeThatGoesOn", 7, [](Entry& e) { e.is_continued = true; }, "the entry", 8},
      {"ARelease", 11, [](Entry& e) { e.amount = more(e.amount, -1); }, "the amount"},
      {"WhyItWasReleased", 11, [](Entry& e) { e.hold->state = HoldState::released; },
       "the hold after it"},
      {"WhenItRanOut", 11, [](Entry& e) { e.at = e.at.plus(std::chrono::seconds(1)); },
       "the entry"},
      {"ARefund", 12, [](Entry& e) { e.amount = more(e.amount); }, "what goes back to its grants"},
      {"MoreThanACharge", 12, [](Entry& e) { e.amount = Credits::max(); }, "the amount"},
      {"WhatEndsOfARefund", 12, [](Entry& e) { e.parts[0].has_ended = true; },
       "what goes back to a grant"},
      {"AnExpiry", 13, [](Entry& e) { e.amount = more(e.amount); }, "the amount"},
      {"AMovementWithoutAKey", 14, [](Entry& e) { e.idempotency_key.clear(); },
       "its idempotency key"},
      {"ALimit", 16, [](Entry& e) { e.amount = *Credits::parse("15"); },
       "what is available after it", 17},
      {"ALimitBelowZero", 16, [](Entry& e) { e.amount = *Credits::parse("-1"); }, "the amount"},
      {"ARepayment", 19, [](Entry& e) { e.amount = more(e.amount, -1); }, "the amount"},
      {"TheChargeThatIsRepaid", 19, [](Entry& e) { e.subject = e.parts[0].grant; },
       "the charge that it repays"},
      {"AVoid", 21, [](Entry& e) { e.amount = more(e.amount, -1); }, "the amount"},
      {"AGrantThatComesBack", 22, [](Entry& e) { e.returning.clear(); },
       "how many grants come back"},
      {"ItsTerms", 22, [](Entry& e) { e.returning[0].terms.priority = 1; },
       "a grant that comes back"},
      {"AnId", 22, [](Entry& e) { e.subject = *e.parent; }, "the id"},
      {"AParent", 3, [](Entry& e) { e.parent = e.subject; }, "the parent"},
  };
  return all;
}

class Falsified : public ::testing::TestWithParam<Falsification> {};

TEST_P(Falsified, IsFoundWhereItIs) {
  std::vector<SealedEntry> entries = told_ledger();
  GetParam().falsify(entries[GetParam().seq - 1].entry);
  seal_again(entries);
  const std::string found = verify_all(entries);
  const std::uint64_t place = GetParam().shown_at != 0 ? GetParam().shown_at : GetParam().seq;
  const std::string expected = std::to_string(place) + ": " + GetParam().what;
  EXPECT_EQ(found.substr(0, expected.size()), expected) << found;
}

INSTANTIATE_TEST_SUITE_P(Ledger, Falsified, ::testing::ValuesIn(falsifications()),
                         [](const auto& test) { return test.param.name; });

TEST(LedgerVerifier, FindsNothingInALedgerThatIsRight) {
  const auto entries = told_ledger();
  EXPECT_EQ(verify_all(entries), "");
  EXPECT_EQ(entries.size(), 22U);
}

TEST(LedgerVerifier, FindsAnEntryThatIsMissing) {
  const auto whole = told_ledger();
  for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
    auto entries = whole;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
    const std::string seq = std::to_string(i + 1);
    EXPECT_EQ(verify_all(entries),
              seq + ": the number: expected " + seq + ", found " + std::to_string(i + 2));
    seal_again(entries);
    EXPECT_NE(verify_all(entries), "") << "numbered anew without " << seq;
  }
}

TEST(LedgerVerifier, FindsAnOutcomeThatIsCutOff) {
  auto entries = told_ledger();
  entries.resize(8);
  EXPECT_EQ(verify_all(entries),
            "8: the outcome: expected to go on with another entry, found no more entries");
}

// What follows has ids of its own numbers, so an entry cannot be left out, but for the last ones: a
// hold at an instant at which something else fell due before.
TEST(LedgerVerifier, FindsWhatFellDueAndWasNotBooked) {
  auto entries = told_ledger();
  entries.resize(4);
  Entry& hold = entries[3].entry;
  hold.kind = Kind::hold;
  hold.idempotency_key = "early";
  hold.amount = *Credits::parse("1");
  hold.parts = {{.grant = entries[0].entry.subject, .amount = hold.amount}};
  hold.hold = HoldStatus{.amount = hold.amount, .expires_at = hold.at.plus(std::chrono::hours(1))};
  hold.subject = id_made_by(hold);
  seal_again(entries);
  EXPECT_EQ(verify_all(entries).substr(0, 34), "4: the entry: expected activate at");
}

std::string stored_form(const SealedEntry& sealed) {
  std::string bytes = sealed.canonical;
  ByteWriter writer(bytes);
  writer.text(sealed.texts.metadata);
  if (sealed.entry.version > 1) {
    writer.text(sealed.texts.reason).text(sealed.texts.payment_reference);
  }
  writer.raw(sealed.texts.salt).raw(as_bytes(sealed.hash));
  return bytes;
}

// Changes each byte of the stored form of `changing`, one of the entries, and expects that the
// verifier finds it.
void expect_each_byte_counts(std::vector<SealedEntry>& entries, SealedEntry& changing) {
  seal_again(entries);
  ASSERT_EQ(verify_all(entries), "");
  const std::string stored = stored_form(changing);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    std::string changed = stored;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto sealed = decode_stored(changed);
    if (!sealed) continue;
    changing = *sealed;
    EXPECT_EQ(verify_all(entries).substr(0, 3), "3: ") << "byte " << i;
  }
}

TEST(LedgerVerifier, FindsEveryByteThatChanged) {
  auto entries = told_ledger();
  SealedEntry& charge = entries[2];
  charge.texts = {.metadata = R"({"job":"7"})", .reason = "test", .salt = std::string(16, 's')};
  std::string framed;
  ByteWriter(framed).text(charge.texts.metadata).text(charge.texts.reason).text({});
  charge.entry.erasable_digest = as_bytes(sha256({charge.texts.salt, framed}));
  std::string longest;
  for (int i = 0; i < 64; ++i) longest += "é";
  charge.entry.tags = {{.name = "project", .value = longest}, {.name = "team", .value = "red"}};
  charge.entry.extension = "later";
  expect_each_byte_counts(entries, charge);
}

TEST(LedgerVerifier, FindsEveryByteThatChangedInVersion1) {
  auto entries = told_ledger();
  for (SealedEntry& each : entries) each.entry.version = 1;
  SealedEntry& charge = entries[2];
  charge.texts = {.metadata = R"({"job":"7"})", .salt = std::string(16, 's')};
  charge.entry.erasable_digest = as_bytes(sha256({charge.texts.salt, charge.texts.metadata}));
  expect_each_byte_counts(entries, charge);
}

// An entry of the told ledger, and what its form must not be.
TEST(LedgerVerifier, FindsTagsAndPricesOfAWrongForm) {
  const std::vector<std::pair<std::string, std::function<void(Entry&)>>> table = {
      {"3: the name of a tag: expected one after \"b\", found a",
       [](Entry& entry) {
         entry.tags = {{.name = "b", .value = "1"}, {.name = "a", .value = "2"}};
       }},
      {"3: the name of a tag: expected one after \"a\", found a",
       [](Entry& entry) {
         entry.tags = {{.name = "a", .value = "1"}, {.name = "a", .value = "2"}};
       }},
      {"3: the value of the tag a: expected 1 to 64 characters, found ",
       [](Entry& entry) { entry.tags = {{.name = "a", .value = ""}}; }},
      {"3: the value of the tag a: expected 1 to 64 characters, found " + std::string(65, 'x'),
       [](Entry& entry) { entry.tags = {{.name = "a", .value = std::string(65, 'x')}}; }},
      {"3: the number of tags: expected at most 5, found 6",
       [](Entry& entry) {
         for (const char* name : {"a", "b", "c", "d", "e", "f"}) entry.tags.push_back({name, "1"});
       }},
      {"3: the price paid: expected absent, found there",
       [](Entry& entry) { entry.price_paid = {.nano = 1, .currency = "EUR"}; }},
  };
  for (const auto& [finding, change] : table) {
    auto entries = told_ledger();
    change(entries[2].entry);
    seal_again(entries);
    EXPECT_EQ(verify_all(entries), finding);
  }
}

TEST(LedgerVerifier, ReadsBackWhatItWrites) {
  for (const SealedEntry& sealed : told_ledger()) {
    EXPECT_EQ(encode_canonical(sealed.entry), sealed.canonical) << sealed.entry.seq;
    const std::string stored = stored_form(sealed);
    for (std::size_t size = 0; size < stored.size(); ++size) {
      EXPECT_FALSE(decode_stored(std::string_view(stored).substr(0, size)));
    }
    EXPECT_FALSE(decode_stored(stored + '\0'));
  }
}

}  // namespace farthing::verify::testing::ledger_verifier_test
