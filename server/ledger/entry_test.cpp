// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/entry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/model/story.hpp"

namespace farthing::ledger::entry_test {

Entry full_entry() {
  Entry entry;
  entry.organization = OrganizationId{model::id(1)};
  entry.seq = 300;
  entry.kind = EntryKind::grant;
  entry.at = model::second(7);
  entry.subject = model::id(2);
  entry.amount = Credits::from_nano(5);
  entry.lots = {{model::id(3), Credits::from_nano(2)}, {model::id(4), Credits::from_nano(3), true}};
  entry.terms = GrantTerms{.amount = Credits::from_nano(5),
                           .effective_at = model::second(8),
                           .expires_at = model::second(9),
                           .priority = -1,
                           .category = GrantCategory::promotional};
  entry.is_continued = true;
  entry.parent = model::id(7);
  entry.returning = {{.grant = model::id(8), .terms = *entry.terms}};
  entry.hold = HoldStatus{.amount = Credits::from_nano(21),
                          .captured = Credits::from_nano(22),
                          .released = Credits::from_nano(23),
                          .expires_at = model::second(10),
                          .over_capture = OverCapture::overdraft,
                          .state = HoldState::released};
  entry.available = Credits::from_nano(11);
  entry.held = Credits::from_nano(12);
  entry.origin.api_key = ApiKeyId{model::id(5)};
  entry.origin.caller_key = ApiKeyId{model::id(6)};
  entry.origin.idempotency_key = "job 42";
  entry.origin.fingerprint = {1, 2, 3};
  entry.origin.operation = "upscale";
  entry.origin.model = "esrgan-v1";
  entry.origin.erasable = {.metadata = R"({"job":42})",
                           .reason = "goodwill",
                           .payment_reference = "inv-7",
                           .salt = {9, 8, 7}};
  entry.origin.tags = {{.name = "project", .value = "blue"}, {.name = "team", .value = "red"}};
  entry.origin.price_paid = {.nano = 24, .currency = "EUR"};
  entry.extension = "later";
  entry.hash = chain_hash({}, canonical_bytes(entry));
  return entry;
}

// An entry of version 1, which has all that the version knows.
Entry full_entry_of_version_1() {
  Entry entry = full_entry();
  entry.version = 1;
  entry.origin.erasable.reason.clear();
  entry.origin.erasable.payment_reference.clear();
  entry.origin.tags.clear();
  entry.origin.price_paid.reset();
  entry.extension.clear();
  entry.hash = chain_hash({}, canonical_bytes(entry));
  return entry;
}

std::string stored_bytes(const Entry& entry) {
  std::string out;
  append_encoded(entry, canonical_bytes(entry), out);
  return out;
}

struct Mutation {
  std::string field;
  std::function<void(Entry&)> change;
};

const std::vector<Mutation>& mutations() {
  static const std::vector<Mutation> all = {
      {"organization", [](Entry& entry) { entry.organization = OrganizationId{model::id(9)}; }},
      {"seq", [](Entry& entry) { ++entry.seq; }},
      {"kind", [](Entry& entry) { entry.kind = EntryKind::charge; }},
      {"at", [](Entry& entry) { entry.at = entry.at.plus(std::chrono::microseconds(1)); }},
      {"subject", [](Entry& entry) { entry.subject = model::id(9); }},
      {"is_continued", [](Entry& entry) { entry.is_continued = false; }},
      {"parent", [](Entry& entry) { entry.parent = model::id(9); }},
      {"no parent", [](Entry& entry) { entry.parent.reset(); }},
      {"lots: ended", [](Entry& entry) { entry.lots[0].has_ended = true; }},
      {"returning: none", [](Entry& entry) { entry.returning.clear(); }},
      {"returning: grant", [](Entry& entry) { entry.returning[0].grant = model::id(9); }},
      {"returning: terms", [](Entry& entry) { entry.returning[0].terms.priority = 6; }},
      {"hold", [](Entry& entry) { entry.hold.reset(); }},
      {"hold: amount", [](Entry& entry) { entry.hold->amount = Credits::from_nano(6); }},
      {"hold: captured", [](Entry& entry) { entry.hold->captured = Credits::from_nano(6); }},
      {"hold: released", [](Entry& entry) { entry.hold->released = Credits::from_nano(6); }},
      {"hold: expires_at", [](Entry& entry) { entry.hold->expires_at = model::second(6); }},
      {"hold: over_capture", [](Entry& entry) { entry.hold->over_capture = OverCapture::reject; }},
      {"hold: state", [](Entry& entry) { entry.hold->state = HoldState::open; }},
      {"amount", [](Entry& entry) { entry.amount = Credits::from_nano(6); }},
      {"available", [](Entry& entry) { entry.available = Credits::from_nano(6); }},
      {"held", [](Entry& entry) { entry.held = Credits::from_nano(6); }},
      {"lots: one less", [](Entry& entry) { entry.lots.pop_back(); }},
      {"lots: none", [](Entry& entry) { entry.lots.clear(); }},
      {"lots: order", [](Entry& entry) { std::swap(entry.lots[0], entry.lots[1]); }},
      {"lots: grant", [](Entry& entry) { entry.lots[0].grant = model::id(9); }},
      {"lots: amount", [](Entry& entry) { entry.lots[0].amount = Credits::from_nano(6); }},
      {"terms", [](Entry& entry) { entry.terms.reset(); }},
      {"terms: amount", [](Entry& entry) { entry.terms->amount = Credits::from_nano(6); }},
      {"terms: effective_at", [](Entry& entry) { entry.terms->effective_at = model::second(6); }},
      {"terms: expires_at", [](Entry& entry) { entry.terms->expires_at = model::second(6); }},
      {"terms: no expires_at", [](Entry& entry) { entry.terms->expires_at.reset(); }},
      {"terms: priority", [](Entry& entry) { entry.terms->priority = 6; }},
      {"terms: category", [](Entry& entry) { entry.terms->category = GrantCategory::paid; }},
      {"api_key", [](Entry& entry) { entry.origin.api_key = ApiKeyId{model::id(9)}; }},
      {"no api_key", [](Entry& entry) { entry.origin.api_key.reset(); }},
      {"caller_key", [](Entry& entry) { entry.origin.caller_key = ApiKeyId{model::id(9)}; }},
      {"no caller_key", [](Entry& entry) { entry.origin.caller_key.reset(); }},
      {"keys exchanged",
       [](Entry& entry) { std::swap(entry.origin.api_key, entry.origin.caller_key); }},
      {"idempotency_key", [](Entry& entry) { entry.origin.idempotency_key = "job 43"; }},
      {"fingerprint", [](Entry& entry) { entry.origin.fingerprint[15] = 1; }},
      {"operation", [](Entry& entry) { entry.origin.operation = "upscale2"; }},
      {"model", [](Entry& entry) { entry.origin.model.clear(); }},
      {"a letter from one text to the next",
       [](Entry& entry) {
         entry.origin.operation = "upscalee";
         entry.origin.model = "srgan-v1";
       }},
      {"metadata", [](Entry& entry) { entry.origin.erasable.metadata = R"({"job":43})"; }},
      {"no metadata", [](Entry& entry) { entry.origin.erasable.metadata.clear(); }},
      {"reason", [](Entry& entry) { entry.origin.erasable.reason = "mistake"; }},
      {"payment reference",
       [](Entry& entry) { entry.origin.erasable.payment_reference = "inv-8"; }},
      {"a letter from one erasable text to the next",
       [](Entry& entry) {
         entry.origin.erasable.reason = "goodwil";
         entry.origin.erasable.payment_reference = "linv-7";
       }},
      {"the salt of the texts", [](Entry& entry) { entry.origin.erasable.salt[15] = 1; }},
      {"no erasable texts", [](Entry& entry) { entry.origin.erasable = {}; }},
      {"a tag's name", [](Entry& entry) { entry.origin.tags[0].name = "job"; }},
      {"a tag's value", [](Entry& entry) { entry.origin.tags[1].value = "reds"; }},
      {"a letter from a tag's name to its value",
       [](Entry& entry) { entry.origin.tags[1] = {.name = "tea", .value = "mred"}; }},
      {"one tag less", [](Entry& entry) { entry.origin.tags.pop_back(); }},
      {"no tags", [](Entry& entry) { entry.origin.tags.clear(); }},
      {"price paid", [](Entry& entry) { entry.origin.price_paid->nano = 25; }},
      {"currency", [](Entry& entry) { entry.origin.price_paid->currency = "USD"; }},
      {"no price", [](Entry& entry) { entry.origin.price_paid.reset(); }},
      {"extension", [](Entry& entry) { entry.extension = "latest"; }},
      {"version", [](Entry& entry) { entry = full_entry_of_version_1(); }},
  };
  return all;
}

TEST(Entry, HashChangesWithEveryField) {
  const Entry entry = full_entry();
  std::set<std::string> different = {canonical_bytes(entry)};
  for (const Mutation& mutation : mutations()) {
    Entry changed = entry;
    mutation.change(changed);
    EXPECT_TRUE(different.insert(canonical_bytes(changed)).second) << mutation.field;
    EXPECT_NE(chain_hash({}, canonical_bytes(changed)), entry.hash) << mutation.field;
  }
}

TEST(Entry, HashChangesWithTheOneBefore) {
  const std::string canonical = canonical_bytes(full_entry());
  Digest previous{};
  previous.back() = 1;
  EXPECT_NE(chain_hash({}, canonical), chain_hash(previous, canonical));
  EXPECT_EQ(chain_hash(previous, canonical), sha256({as_bytes(previous), canonical}));
}

TEST(Entry, ReadsBackWhatIsStored) {
  std::vector<Entry> entries = {full_entry(), Entry{}};
  for (const Mutation& mutation : mutations()) {
    entries.push_back(full_entry());
    mutation.change(entries.back());
  }
  for (Entry& entry : entries) {
    // A grant has terms.
    if (!entry.terms) entry.kind = EntryKind::activate;
    const auto read = decode_entry(stored_bytes(entry));
    ASSERT_TRUE(read);
    EXPECT_EQ(canonical_bytes(*read), canonical_bytes(entry));
    EXPECT_EQ(stored_bytes(*read), stored_bytes(entry));
    EXPECT_EQ(read->version, entry.version);
    EXPECT_EQ(read->origin.erasable.metadata, entry.origin.erasable.metadata);
    EXPECT_EQ(read->origin.erasable.reason, entry.origin.erasable.reason);
    EXPECT_EQ(read->origin.erasable.payment_reference, entry.origin.erasable.payment_reference);
    EXPECT_EQ(read->origin.tags, entry.origin.tags);
    EXPECT_EQ(read->origin.price_paid, entry.origin.price_paid);
    EXPECT_EQ(read->extension, entry.extension);
    EXPECT_EQ(read->hash, entry.hash);
  }
}

// The bytes that both versions have between the version and the digest of the erasable texts.
constexpr const char* kCommonBytes =
    "00000000000000000000000000000001"
    "ac02"
    "01"
    "01"
    "00064748468b0fc0"
    "00000000000000000000000000000002"
    "01"
    "00000000000000000000000000000007"
    "0000000000000005"
    "000000000000000b"
    "000000000000000c"
    "02"
    "00000000000000000000000000000003"
    "0000000000000002"
    "00"
    "00000000000000000000000000000004"
    "0000000000000003"
    "01"
    "01"
    "00000000000000000000000000000008"
    "0000000000000005"
    "00064748469a5200"
    "ffffffff"
    "02"
    "01"
    "0006474846a99440"
    "01"
    "0000000000000005"
    "00064748469a5200"
    "ffffffff"
    "02"
    "01"
    "0006474846a99440"
    "01"
    "0000000000000015"
    "0000000000000016"
    "0000000000000017"
    "0006474846b8d680"
    "03"
    "03"
    "01"
    "00000000000000000000000000000005"
    "01"
    "00000000000000000000000000000006"
    "06"
    "6a6f62203432"
    "01020300000000000000000000000000"
    "07"
    "75707363616c65"
    "09"
    "65737267616e2d7631";

// Stored: if this fails, entries of earlier servers can no longer be verified.
TEST(Entry, KeepsTheCanonicalBytesOfVersion1) {
  const Digest digest =
      sha256(std::string("\x09\x08\x07", 3) + std::string(13, '\0') + R"({"job":42})");
  EXPECT_EQ(to_hex(canonical_bytes(full_entry_of_version_1())),
            "01" + std::string(kCommonBytes) + "20" + to_hex(as_bytes(digest)));
}

// Stored: if this fails, entries of earlier servers can no longer be verified.
TEST(Entry, KeepsTheCanonicalBytesOfVersion2) {
  const Digest digest = sha256(std::string("\x09\x08\x07", 3) + std::string(13, '\0') + "\x0a" +
                               R"({"job":42})" + "\x08" + "goodwill" + "\x05" + "inv-7");
  EXPECT_EQ(to_hex(canonical_bytes(full_entry())), "02" + std::string(kCommonBytes) + "20" +
                                                       to_hex(as_bytes(digest)) +
                                                       "02"
                                                       "07"
                                                       "70726f6a656374"
                                                       "04"
                                                       "626c7565"
                                                       "04"
                                                       "7465616d"
                                                       "03"
                                                       "726564"
                                                       "01"
                                                       "0000000000000018"
                                                       "03"
                                                       "455552"
                                                       "05"
                                                       "6c61746572");
}

TEST(Entry, TextsCanBeErasedWithoutBreakingTheChain) {
  for (const Entry& entry : {full_entry(), full_entry_of_version_1()}) {
    Entry erased = entry;
    EXPECT_TRUE(erase_texts(erased));
    EXPECT_EQ(canonical_bytes(erased), canonical_bytes(entry));
    EXPECT_FALSE(erase_texts(erased));
    std::string stored;
    append_encoded(erased, canonical_bytes(erased), stored);
    for (const char* text : {"job\":42", "goodwill", "inv-7", "\x09\x08\x07"}) {
      EXPECT_EQ(stored.find(text), std::string::npos) << text;
    }

    const auto read = decode_entry(stored);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->origin.erasable.is_empty());
    EXPECT_EQ(read->origin.erasable.salt, decltype(Erasable::salt){});
    EXPECT_EQ(read->origin.erasable.erased, digest_of(entry.origin.erasable, entry.version));
    EXPECT_EQ(chain_hash({}, canonical_bytes(*read)), entry.hash);
    // And once more, as when the entry moves to another store.
    EXPECT_EQ(canonical_bytes(decode_entry(stored_bytes(*read)).value()), canonical_bytes(entry));
  }
}

TEST(Entry, TextsThatWereTamperedWithBreakTheChain) {
  for (const auto text : {&Erasable::metadata, &Erasable::reason, &Erasable::payment_reference}) {
    Entry entry = full_entry();
    const std::string canonical = canonical_bytes(entry);
    entry.origin.erasable.*text += "x";
    std::string stored;
    append_encoded(entry, canonical, stored);
    const auto read = decode_entry(stored);
    ASSERT_TRUE(read);
    EXPECT_NE(chain_hash({}, canonical_bytes(*read)), read->hash);
  }
}

TEST(Entry, HasItsTagsByNameAndEachNameOnce) {
  for (const std::vector<Tag>& tags :
       {std::vector<Tag>{{.name = "b", .value = "1"}, {.name = "a", .value = "2"}},
        std::vector<Tag>{{.name = "a", .value = "1"}, {.name = "a", .value = "2"}}}) {
    Entry entry = full_entry();
    entry.origin.tags = tags;
    EXPECT_FALSE(decode_entry(stored_bytes(entry)));
  }
}

// One that is stored at once is stored as one whose parts are made one by one.
TEST(Entry, IsSealedInOnePass) {
  Entry entry = full_entry();
  Digest previous{};
  previous.front() = 7;
  std::string sealed = "before";
  append_sealed(entry, previous, sealed);
  EXPECT_EQ(entry.hash, chain_hash(previous, canonical_bytes(entry)));
  EXPECT_EQ(sealed, "before" + stored_bytes(entry));
}

TEST(Entry, RefusesEveryTruncation) {
  const std::string whole = stored_bytes(full_entry());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(decode_entry({cut.data(), cut.size()})) << size;
  }
  EXPECT_FALSE(decode_entry(whole + '\0'));
}

TEST(Entry, RefusesUnknownFormatsKindsAndCategories) {
  const Entry entry = full_entry();
  const std::string canonical = canonical_bytes(entry);
  const std::size_t kind_at = 1 + 16 + 2;
  // The first of the two terms is that of the returning lot.
  const std::size_t category_at = canonical.find("\xff\xff\xff\xff") + 4;
  struct Case {
    std::size_t at;
    std::vector<char> values;
  };
  const std::vector<Case> cases = {
      {0, {0, 3, '\xff'}}, {kind_at, {0, 13, '\xff'}}, {category_at, {0, 3, '\xff'}}};
  for (const Case& each : cases) {
    for (const char value : each.values) {
      std::string changed = canonical;
      changed[each.at] = value;
      std::string stored;
      append_encoded(entry, changed, stored);
      EXPECT_FALSE(decode_entry(stored)) << each.at << ": " << int{value};
    }
  }
}

// Whoever reads an entry relies on these: bytes that lack them are not those of an entry.
TEST(Entry, RefusesWhatItsKindDoesNotAllow) {
  const auto is_refused = [](EntryKind kind, auto change) {
    Entry entry = full_entry();
    entry.kind = kind;
    EXPECT_TRUE(decode_entry(stored_bytes(entry))) << to_string(kind);
    change(entry);
    return !decode_entry(stored_bytes(entry));
  };
  EXPECT_TRUE(is_refused(EntryKind::grant, [](Entry& entry) { entry.terms.reset(); }));
  for (const EntryKind kind :
       {EntryKind::hold, EntryKind::extend, EntryKind::capture, EntryKind::release}) {
    EXPECT_TRUE(is_refused(kind, [](Entry& entry) { entry.hold.reset(); })) << to_string(kind);
  }
  for (const EntryKind kind : {EntryKind::capture, EntryKind::refund}) {
    EXPECT_TRUE(is_refused(kind, [](Entry& entry) { entry.parent.reset(); })) << to_string(kind);
  }
  const auto negative = Credits::from_nano(-1);
  EXPECT_TRUE(is_refused(EntryKind::charge, [&](Entry& entry) { entry.amount = negative; }));
  EXPECT_TRUE(is_refused(EntryKind::charge, [&](Entry& entry) {
    entry.lots.push_back({.grant = {}, .amount = negative});
  }));
  EXPECT_TRUE(is_refused(EntryKind::charge, [](Entry& entry) {
    entry.lots.assign(2, {.grant = {}, .amount = Credits::max()});
  }));
}

// What is read can be written and read again, whatever the bytes were.
void expect_stable(const std::string& bytes) {
  const auto entry = decode_entry(bytes);
  if (!entry) return;
  const std::string stored = stored_bytes(*entry);
  const auto again = decode_entry(stored);
  RC_ASSERT(again.has_value());
  RC_ASSERT(stored_bytes(*again) == stored);
}

RC_GTEST_PROP(EntryProperty, ReadingRandomBytesNeverCrashes, (const std::string& bytes)) {
  expect_stable(bytes);
}

RC_GTEST_PROP(EntryProperty, ReadingBentBytesNeverCrashes, (char value, std::uint16_t place)) {
  std::string bytes = stored_bytes(full_entry());
  bytes[place % bytes.size()] = value;
  expect_stable(bytes);
}

TEST(EntryKind, IsSpelledAsOnTheWire) {
  EXPECT_EQ(to_string(EntryKind::grant), "grant");
  EXPECT_EQ(to_string(EntryKind::activate), "activate");
  EXPECT_EQ(to_string(EntryKind::expire), "expire");
  EXPECT_EQ(to_string(EntryKind::void_), "void");
  EXPECT_EQ(to_string(EntryKind::charge), "charge");
  EXPECT_EQ(to_string(EntryKind::hold), "hold");
  EXPECT_EQ(to_string(EntryKind::extend), "extend");
  EXPECT_EQ(to_string(EntryKind::capture), "capture");
  EXPECT_EQ(to_string(EntryKind::release), "release");
  EXPECT_EQ(to_string(EntryKind::refund), "refund");
  EXPECT_EQ(to_string(EntryKind::repay), "repay");
  EXPECT_EQ(to_string(EntryKind::limit), "limit");
  for (int number = 1; number <= 12; ++number) {
    const auto kind = static_cast<EntryKind>(number);
    EXPECT_EQ(parse_entry_kind(to_string(kind)), kind);
  }
  EXPECT_FALSE(parse_entry_kind("Grant"));
  EXPECT_FALSE(parse_entry_kind(""));
}

TEST(GrantCategory, IsSpelledAsOnTheWire) {
  for (const GrantCategory category : {GrantCategory::paid, GrantCategory::promotional}) {
    EXPECT_EQ(parse_grant_category(to_string(category)), category);
  }
  EXPECT_EQ(to_string(GrantCategory::paid), "paid");
  EXPECT_EQ(to_string(GrantCategory::promotional), "promotional");
  for (const std::string text : {"", "Paid", "paid ", "free"}) {
    EXPECT_EQ(parse_grant_category(text), std::nullopt) << text;
  }
}

}  // namespace farthing::ledger::entry_test
