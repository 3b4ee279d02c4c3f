// SPDX-License-Identifier: Apache-2.0
// Entries of the ledger as servers send them: the API's own example, and what is wrong.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <farthing/entry_models.hpp>

#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk::ledger_entry_test {

constexpr std::string_view kEntry =
    R"({"seq":7,"kind":"charge","amount":"0.15","available":"-0.05","held":"2","at":"t",)"
    R"("ref":"charge-1","key":{"id":"key-1","caller":"key-2"},"operation":"generate",)"
    R"("model":"v3","metadata":{"b": 1},"grants":[{"grant":"grant-1","amount":"0.1"}],)"
    R"("hash":"00ff"})";

// With `was` replaced.
std::string changed(std::string_view was, std::string_view is) {
  std::string json(kEntry);
  return json.replace(json.find(was), was.size(), is);
}

TEST(LedgerEntry, ReadsTheExample) {
  std::ifstream file(FARTHING_API_EXAMPLES "/entries.json", std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const auto page = decode_page<LedgerEntry>(json, "entries");
  ASSERT_TRUE(page);
  EXPECT_FALSE(page->next);
  ASSERT_EQ(page->items.size(), 2U);
  const LedgerEntry& grant = page->items[0];
  EXPECT_EQ(grant.seq, 1);
  EXPECT_EQ(grant.kind, "grant");
  EXPECT_EQ(grant.amount.to_string(), "100");
  EXPECT_FALSE(grant.operation);
  EXPECT_TRUE(grant.metadata);
  EXPECT_TRUE(grant.grants.empty());
  const LedgerEntry& charge = page->items[1];
  EXPECT_EQ(charge.seq, 2);
  EXPECT_EQ(charge.available.to_string(), "87.5");
  EXPECT_EQ(charge.held.to_string(), "0");
  EXPECT_EQ(charge.at, "2026-11-22T16:37:42.123456Z");
  ASSERT_TRUE(charge.key);
  EXPECT_EQ(charge.key->id, "key-01kapmjd8c2v4x6z8b1d3f5h7k");
  EXPECT_FALSE(charge.key->caller);
  EXPECT_EQ(charge.operation, "image");
  EXPECT_EQ(charge.model, "v3");
  ASSERT_EQ(charge.grants.size(), 1U);
  EXPECT_EQ(charge.grants[0].grant, grant.ref);
  EXPECT_EQ(charge.grants[0].amount.to_string(), "12.5");
  EXPECT_EQ(charge.hash.size(), 64U);
}

TEST(LedgerEntry, ReadsAndWritesTheWire) {
  const auto entry = LedgerEntry::from_json(kEntry);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->available, Credits::from_nano(-50'000'000));
  EXPECT_EQ(entry->key->caller, "key-2");
  EXPECT_EQ(entry->metadata, R"({"b": 1})");
  EXPECT_EQ(entry->to_json(), kEntry);
}

TEST(LedgerEntry, ReadsAndWritesAllThatIsHashed) {
  for (const std::string json : {
           R"({"seq":1,"kind":"grant","amount":"5","available":"5","held":"0","at":"t",)"
           R"("ref":"grant-1","metadata":{"b": 1},"metadata_digest":"0d","metadata_salt":"05",)"
           R"("grants":[],"terms":{"amount":"5","effective_at":"t","expires_at":"u","priority":-3,)"
           R"("category":"paid"},"continued":true,"idempotency_key":"k","fingerprint":"0f",)"
           R"("hash":"00ff"})",
           R"({"version":2,"seq":1,"kind":"grant","amount":"5","available":"5","held":"0",)"
           R"("at":"t","ref":"grant-1",)"
           R"("price_paid":{"amount":"4.5","currency":"EUR"},"payment_reference":"inv-7",)"
           R"("tags":{"a":"1","b":"é"},"reason":"gift",)"
           R"("metadata":{"b": 1},"erasable_digest":"0d","erasable_salt":"05","grants":[],)"
           R"("extension":"0c","hash":"00ff"})",
           R"({"seq":2,"kind":"refund","amount":"2","available":"7","held":"0","at":"t",)"
           R"("ref":"refund-1","parent":"charge-1","grants":[{"grant":"grant-1","amount":"1",)"
           R"("ended":true},{"grant":"grant-2","amount":"1"}],"returning":[{"grant":"grant-2",)"
           R"("terms":{"amount":"5","effective_at":"t","priority":1,"category":"promotional"}}],)"
           R"("hash":"00ff"})",
           R"({"seq":3,"kind":"extend","amount":"0","available":"7","held":"1","at":"t",)"
           R"("ref":"hold-1","grants":[],"hold":{"amount":"1","captured":"0.5","released":"0",)"
           R"("expires_at":"u","over_capture":"reject","state":"open"},"hash":"00ff"})",
       }) {
    const auto entry = LedgerEntry::from_json(json);
    ASSERT_TRUE(entry) << entry.error().message;
    EXPECT_EQ(entry->to_json(), json);
    EXPECT_TRUE(entry->unknown_members.empty()) << entry->unknown_members.front();
  }
}

TEST(LedgerEntry, NamesTheMembersThatItDoesNotKnow) {
  const auto entry = LedgerEntry::from_json(
      R"({"seq":2,"kind":"refund","amount":"2","available":"7","held":"0","at":"t","seen":1,)"
      R"("ref":"refund-1","metadata":{"any":1},"grants":[{"grant":"g","amount":"1","of":{}},)"
      R"({"grant":"h","amount":"1","of":{}}],"returning":[{"grant":"g","terms":{"amount":"5",)"
      R"("effective_at":"t","priority":1,"category":"paid","name":null}}],"hash":"00ff"})");
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->unknown_members,
            (std::vector<std::string>{"seen", "grants.of", "returning.terms.name"}));
}

TEST(LedgerEntry, NeedsNeitherAKeyNorWhatTheCallerAdded) {
  constexpr std::string_view kExpired =
      R"({"seq":8,"kind":"expire","amount":"1","available":"0","held":"0","at":"t",)"
      R"("ref":"grant-1","grants":[],"hash":"00ff"})";
  const auto entry = LedgerEntry::from_json(kExpired);
  ASSERT_TRUE(entry);
  EXPECT_FALSE(entry->key);
  EXPECT_FALSE(entry->operation);
  EXPECT_FALSE(entry->model);
  EXPECT_FALSE(entry->metadata);
  EXPECT_EQ(entry->to_json(), kExpired);
}

TEST(LedgerEntry, NamesTheFieldThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {changed(R"("seq":7,)", ""), "seq"},
      {changed(R"("seq":7)", R"("seq":1.5)"), "seq"},
      {changed(R"("seq":7)", R"("seq":"7")"), "seq"},
      {changed(R"("charge")", "null"), "kind"},
      {changed(R"("0.15")", "0.15"), "amount"},
      {changed(R"("-0.05")", R"("1e2")"), "available"},
      {changed(R"("held":"2",)", ""), "held"},
      {changed(R"("at":"t")", R"("at":0)"), "at"},
      {changed(R"("ref":"charge-1",)", ""), "ref"},
      {changed(R"({"id":"key-1","caller":"key-2"})", R"("key-1")"), "key"},
      {changed(R"("id":"key-1",)", ""), "key.id"},
      {changed(R"("key-2")", "2"), "key.caller"},
      {changed(R"("generate")", "[]"), "operation"},
      {changed(R"("v3")", "3"), "model"},
      {changed(R"({"b": 1})", R"("b")"), "metadata"},
      {changed(R"("grant":"grant-1",)", ""), "grants[0].grant"},
      {changed(R"("0.1")", "0.1"), "grants[0].amount"},
      {changed(R"(,"hash":"00ff")", ""), "hash"},
  };
  for (const auto& [json, field] : table) {
    const auto entry = LedgerEntry::from_json(json);
    ASSERT_FALSE(entry) << json;
    EXPECT_EQ(entry.error().field, field) << json;
  }
}

}  // namespace farthing::sdk::ledger_entry_test
