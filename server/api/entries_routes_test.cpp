// SPDX-License-Identifier: Apache-2.0
// The entries of an organization's ledger, as JSON and as CSV.
#include <chrono>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "server/api/entries_csv.hpp"
#include "server/api/entry_fields.hpp"
#include "server/testing/api_fixture.hpp"

namespace farthing::api::entries_routes_test {

class EntriesRoutesTest : public ApiTest {
 protected:
  Ask get(const std::string& query, std::vector<std::string> headers = {}) const {
    return {.path = path_ + query, .key = admin_key(), .headers = std::move(headers)};
  }
  // The id of what was made.
  std::string give(std::string_view amount) {
    return make("/v1/organizations/" + organization_ + "/grants",
                R"({"amount":")" + std::string(amount) + R"("})");
  }
  std::string charge(const std::string& amount, const std::string& members = {}) {
    return make("/v1/charges", R"({"organization":")" + organization_ + R"(","amount":")" + amount +
                                   R"(")" + members + "}");
  }
  // The numbers of the entries on all pages of a list.
  std::string seqs(const std::string& query) {
    std::string found;
    for (std::string cursor;;) {
      const std::string page = expect(200, get(query + cursor));
      for (int i = 0;; ++i) {
        const auto seq = find_text(page, "entries." + std::to_string(i) + ".seq");
        if (!seq) break;
        found += *seq + " ";
      }
      if (text_at(page, "next") == "null") return found;
      cursor = "&cursor=" + text_at(page, "next");
    }
  }

  const std::string organization_ = add_organization("Acme").id.to_string();
  const std::string path_ = "/v1/organizations/" + organization_ + "/entries";

 private:
  std::string make(std::string path, std::string body) {
    return text_at(expect(201, {.method = "POST",
                                .path = std::move(path),
                                .key = admin_key(),
                                .body = std::move(body),
                                .idempotency_key = "k" + std::to_string(++made_)}),
                   "id");
  }
  int made_ = 0;
};

TEST_F(EntriesRoutesTest, AnEntryShowsAllThatTheLedgerKnows) {
  const std::string granted = give("10");
  const std::string charged =
      charge("2.5", R"(,"operation":"image","model":"v3","metadata":{"job":"7"})");
  const std::string page = expect(200, get(""));
  const std::string key = text_at(page, "entries.1.key.id");
  const std::string hash = text_at(page, "entries.1.hash");
  EXPECT_TRUE(ApiKeyId::parse(key));
  EXPECT_EQ(hash.size(), 64U);
  EXPECT_NE(hash, text_at(page, "entries.0.hash"));
  EXPECT_EQ(text_at(page, "entries.0.ref"), granted);
  const std::string fingerprint = text_at(page, "entries.1.fingerprint");
  const std::string digest = text_at(page, "entries.1.erasable_digest");
  const std::string salt = text_at(page, "entries.1.erasable_salt");
  EXPECT_EQ(fingerprint.size(), 32U);
  EXPECT_TRUE(page.ends_with(
      R"({"version":2,"seq":2,"kind":"charge","amount":"2.5","available":"7.5","held":"0",)"
      R"("at":"2026-11-22T12:00:00.000000Z","ref":")" +
      charged + R"(","key":{"id":")" + key +
      R"("},"operation":"image","model":"v3","metadata":{"job":"7"},"erasable_digest":")" + digest +
      R"(","erasable_salt":")" + salt + R"(","grants":[{"grant":")" + granted +
      R"(","amount":"2.5"}],"idempotency_key":"k2","fingerprint":")" + fingerprint +
      R"(","hash":")" + hash + R"("}],"next":null})"))
      << page;
}

std::string shown(const ledger::Entry& entry) {
  std::string json;
  JsonWriter writer(json);
  write_entry(writer, entry);
  return json;
}

ledger::Entry entry_with_texts() {
  ledger::Entry entry;
  entry.seq = 1;
  entry.kind = ledger::EntryKind::limit;
  entry.origin.erasable = {
      .metadata = R"({"a":1})", .reason = "goodwill", .payment_reference = "inv-7", .salt = {1}};
  entry.origin.tags = {{.name = "project", .value = "blue"}, {.name = "team", .value = "é"}};
  entry.origin.price_paid = {.nano = 12'500'000'000, .currency = "EUR"};
  entry.extension = "later";
  return entry;
}

std::string digest_of(const ledger::Entry& entry) {
  return to_hex(as_bytes(*ledger::digest_of(entry.origin.erasable, entry.version)));
}

TEST(WriteEntry, ShowsAllThatItsHashIsTakenOver) {
  const ledger::Entry entry = entry_with_texts();
  const std::string json = shown(entry);
  EXPECT_NE(
      json.find(R"("price_paid":{"amount":"12.5","currency":"EUR"},"payment_reference":"inv-7",)"
                R"("tags":{"project":"blue","team":"é"},"reason":"goodwill","metadata":{"a":1},)"
                R"("erasable_digest":")" +
                digest_of(entry) + R"(","erasable_salt":"01000000000000000000000000000000",)"),
      std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("extension":"6c61746572")"), std::string::npos) << json;
}

TEST(WriteEntry, ShowsOfErasedTextsTheDigestAlone) {
  ledger::Entry entry = entry_with_texts();
  const std::string digest = digest_of(entry);
  entry.origin.erasable = {.erased = ledger::digest_of(entry.origin.erasable, entry.version)};
  const std::string json = shown(entry);
  EXPECT_NE(json.find(R"("erasable_digest":")" + digest + "\""), std::string::npos) << json;
  for (const char* gone : {"reason", "payment_reference", "metadata", "erasable_salt"}) {
    EXPECT_EQ(json.find(gone), std::string::npos) << json;
  }
}

TEST(WriteEntry, ShowsVersion1AsItAlwaysDid) {
  ledger::Entry entry;
  entry.version = 1;
  entry.origin.erasable = {.metadata = R"({"a":1})", .salt = {1}};
  const std::string json = shown(entry);
  EXPECT_TRUE(json.starts_with(R"({"seq":0,)")) << json;
  EXPECT_NE(json.find(R"("metadata":{"a":1},"metadata_digest":")" + digest_of(entry) +
                      R"(","metadata_salt":"01000000000000000000000000000000",)"),
            std::string::npos)
      << json;
}

TEST_F(EntriesRoutesTest, FiltersChooseAmongThem) {
  give("10");
  charge("1", R"(,"operation":"a")");
  clock_.advance(std::chrono::hours(1));
  charge("1", R"(,"operation":"b c")");
  clock_.advance(std::chrono::hours(1));
  charge("1", R"(,"operation":"a")");
  const std::string key = text_at(expect(200, get("")), "entries.0.key.id");
  struct Case {
    std::string query;
    std::string_view expected;
  };
  for (const Case& one : {
           Case{"kind=charge", "2 3 4 "},
           Case{"kind=grant", "1 "},
           Case{"kind=void", ""},
           Case{"operation=a", "2 4 "},
           Case{"operation=b%20c", "3 "},
           Case{"operation=A", ""},
           Case{"from=2026-11-22T13:00:00Z", "3 4 "},
           Case{"from=2026-11-22T13:00:00.000001Z", "4 "},
           Case{"to=2026-11-22T13:00:00Z", "1 2 "},
           Case{"from=2026-11-22T12:30:00Z&to=2026-11-22T15:30:00%2B02:00", "3 "},
           Case{"from=2026-11-23T00:00:00Z", ""},
           Case{"key=" + key, "1 2 3 4 "},
           Case{"key=" + ApiKeyId::make(kStart).to_string(), ""},
           Case{"kind=charge&operation=a&from=2026-11-22T13:00:00Z&key=" + key, "4 "},
       }) {
    EXPECT_EQ(seqs("?" + one.query), one.expected) << one.query;
    EXPECT_EQ(seqs("?limit=1&" + one.query), one.expected) << one.query;
  }
}

TEST_F(EntriesRoutesTest, WhatComesMeanwhileIsNeitherSkippedNorRepeated) {
  give("10");
  charge("1");
  charge("1");
  const std::string first = expect(200, get("?limit=2"));
  charge("1");
  const std::string rest = expect(200, get("?limit=2&cursor=" + text_at(first, "next")));
  EXPECT_EQ(text_at(rest, "entries.0.seq"), "3");
  EXPECT_EQ(text_at(rest, "entries.1.seq"), "4");
  EXPECT_EQ(text_at(rest, "next"), "null");
}

TEST_F(EntriesRoutesTest, AsCsv) {
  const std::string granted = give("10");
  const std::string charged = charge("2.5", R"(,"operation":"a \"b\", c","metadata":{"job":"7"})");
  const http::RawAnswer first = ask(get("?limit=1", {"Accept: text/csv"}));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("content-type"), "text/csv; charset=utf-8");
  const http::RawAnswer second =
      ask(get("?limit=1&cursor=" + std::string(first.header("next-cursor")),
              {"Accept: text/csv;q=0.9, application/json;q=0.1"}));
  EXPECT_EQ(second.header("next-cursor"), "");
  const std::string json = expect(200, get(""));
  EXPECT_EQ(second.body,
            "seq,kind,amount,available,held,at,ref,key,caller_key,operation,model,price_paid,"
            "currency,payment_reference,tags,reason,metadata,grants,hash\r\n2,charge,2.5,7.5,0,"
            "2026-11-22T12:00:00.000000Z," +
                charged + "," + text_at(json, "entries.1.key.id") +
                R"(,,"a ""b"", c",,,,,,,"{""job"":""7""}","[{""grant"":"")" + granted +
                R"("",""amount"":""2.5""}]",)" + text_at(json, "entries.1.hash") + "\r\n");
  for (const std::string accept : {"*/*", "application/json, text/csv", "text/html", ""}) {
    EXPECT_EQ(ask(get("", {"Accept: " + accept})).body, json) << accept;
  }
}

// Nobody's text is a formula to a spreadsheet, and no amount is anything but a number.
TEST_F(EntriesRoutesTest, AsCsvForASpreadsheet) {
  expect(200, {.method = "PATCH",
               .path = "/v1/organizations/" + organization_,
               .key = admin_key(),
               .body = R"({"overdraft_limit":"10"})",
               .idempotency_key = "limit"});
  charge("3", R"json(,"operation":"=SUM(A1,A9)","model":"@x")json");
  const auto csv_of = [this](const std::string& query) {
    return ask(get("?kind=charge" + query, {"Accept: text/csv"})).body;
  };
  const std::string guarded = csv_of("");
  EXPECT_NE(guarded.find(R"csv(,"'=SUM(A1,A9)",'@x,)csv"), std::string::npos) << guarded;
  EXPECT_NE(guarded.find(",charge,3,-3,0,"), std::string::npos) << guarded;
  EXPECT_EQ(csv_of("&raw=false"), guarded);
  const std::string raw = csv_of("&raw=true");
  EXPECT_NE(raw.find(R"csv(,"=SUM(A1,A9)",@x,)csv"), std::string::npos) << raw;
  EXPECT_EQ(ask(get("?raw=true")).body, ask(get("")).body) << "JSON is raw anyway";
  EXPECT_EQ(csv_of("&raw=0"), guarded);
  EXPECT_EQ(csv_of("&raw=1"), raw);
  expect_error(400, "bad_request", "raw", get("?raw=2"));
}

TEST_F(EntriesRoutesTest, AnOutcomeIsTheEntriesUnderAKey) {
  give("10");
  charge("1");
  const std::string entries = expect(200, get("?kind=charge"));
  const std::string outcomes = "/v1/organizations/" + organization_ + "/outcomes/";
  const auto ask_for = [&](const std::string& key) {
    return Ask{.path = outcomes + key, .key = admin_key()};
  };
  const std::string list = entries.substr(0, entries.find(R"(,"next")")) + "}";
  EXPECT_EQ(expect(200, ask_for("k2")), R"({"idempotency_key":"k2",)" + list.substr(1));
  EXPECT_EQ(expect(200, ask_for("%6b2")), expect(200, ask_for("k2")));
  expect_error(404, "not_found", "", ask_for("k3"));
  expect_error(404, "not_found", "", ask_for("K2"));
  expect_error(400, "bad_request", "limit", ask_for("k2?limit=1"));
  Ask service_key = ask_for("k2");
  service_key.key = make_key(directory::Scope::service);
  EXPECT_EQ(ask(service_key).status, 403);
}

TEST(EntriesCsv, QuotesWhatWouldEndAField) {
  struct Case {
    std::string_view text;
    std::string_view field;
  };
  for (const Case& one : {Case{"", ""}, Case{"a b", "a b"}, Case{"a,b", "\"a,b\""},
                          Case{"\"", "\"\"\"\""}, Case{"a\nb", "\"a\nb\""}}) {
    std::string field;
    append_csv_field(one.text, field);
    EXPECT_EQ(field, one.field);
  }
}

TEST(EntriesCsv, GuardsWhatASpreadsheetWouldRun) {
  struct Case {
    std::string_view text;
    std::string_view guarded;
    std::string_view raw;
  };
  for (const Case& one :
       {Case{"=1+1", "'=1+1", "=1+1"}, Case{"+1", "'+1", "+1"}, Case{"-1", "'-1", "-1"},
        Case{"@a", "'@a", "@a"}, Case{"\ta", "'\ta", "\ta"}, Case{"\ra", "\"'\ra\"", "\"\ra\""},
        Case{"=\"a\"", "\"'=\"\"a\"\"\"", "\"=\"\"a\"\"\""}, Case{"", "", ""},
        Case{"a=1", "a=1", "a=1"}, Case{"'=1", "'=1", "'=1"},
        Case{"{\"=\":1}", "\"{\"\"=\"\":1}\"", "\"{\"\"=\"\":1}\""}}) {
    std::string guarded;
    append_csv_text(one.text, CsvTexts::guarded, guarded);
    EXPECT_EQ(guarded, one.guarded);
    std::string raw;
    append_csv_text(one.text, CsvTexts::raw, raw);
    EXPECT_EQ(raw, one.raw);
  }
}

TEST_F(EntriesRoutesTest, WrongRequestsAreNamed) {
  give("1");
  give("1");
  for (const std::string name : {"kind", "from", "to", "key", "operation", "limit", "cursor"}) {
    expect_error(400, "bad_request", name, get("?" + name + "="));
  }
  expect_error(400, "bad_request", "kind", get("?kind=grants"));
  expect_error(400, "bad_request", "sort", get("?sort=at"));
  expect(200, get("?operation=" + std::string(255, 'x')));
  expect_error(400, "bad_request", "operation", get("?operation=" + std::string(256, 'x')));
  expect_error(400, "bad_request", "operation", get("?operation=%ff"));
  expect_error(400, "bad_request", "limit", get("?limit=-0"));
  for (const std::string name : {"from", "to"}) {
    expect(200, get("?" + name + "=2026-11-22T16:37:42%2B00:00"));
    expect(200, get("?" + name + "=2016-12-31T23:59:60Z"));
    EXPECT_EQ(
        expect_error(400, "bad_request", name, get("?" + name + "=2026-11-22T16:37:42+00:00")),
        name +
            " has a blank where the + of its offset was: a query wants a + written %2B. "
            "Write %2B, or the instant in UTC with a Z.");
    EXPECT_EQ(expect_error(400, "bad_request", name, get("?" + name + "=2026-11-22+16:37:42Z")),
              name +
                  " must be an instant from 1970 on, such as 2026-11-22T16:37:42Z (a + in a "
                  "query is written %2B).");
  }
  // A cursor belongs to its list, filters included.
  const std::string cursor = text_at(expect(200, get("?limit=1&kind=grant")), "next");
  EXPECT_EQ(text_at(expect(200, get("?kind=grant&cursor=" + cursor)), "entries.0.seq"), "2");
  expect_error(400, "bad_request", "cursor", get("?cursor=" + cursor));
  expect_error(400, "bad_request", "cursor", get("?kind=charge&cursor=" + cursor));
  const std::string unknown = OrganizationId::make(kStart).to_string();
  EXPECT_EQ(ask({.path = "/v1/organizations/" + unknown + "/entries", .key = admin_key()}).status,
            404);
  Ask service_key = get("");
  service_key.key = make_key(directory::Scope::service);
  EXPECT_EQ(ask(service_key).status, 403);
}

TEST_F(EntriesRoutesTest, TheTextsOfAnEntryAreErased) {
  give("10");
  charge("2.5", R"(,"operation":"image","metadata":{"customer":"Grace"})");
  const std::string digest = text_at(expect(200, get("")), "entries.1.erasable_digest");
  const Ask erase = {.method = "POST", .path = path_ + "/2/erase", .key = admin_key()};
  const std::string erased = expect(200, erase);
  EXPECT_EQ(text_at(erased, "erasable_digest"), digest);
  EXPECT_EQ(text_at(erased, "operation"), "image");
  for (const char* gone : {"metadata", "erasable_salt"}) EXPECT_FALSE(find_text(erased, gone));
  EXPECT_EQ(expect(200, erase), erased);
  EXPECT_EQ(expect(200, get("")).find("Grace"), std::string::npos);
  // An entry that never had any stays as it is.
  EXPECT_EQ(text_at(expect(200, {.method = "POST", .path = path_ + "/1/erase", .key = admin_key()}),
                    "seq"),
            "1");
  for (const char* none : {"3", "0", "01", "-1", "x", "99999999999999999999"}) {
    const std::string refused =
        expect(404, {.method = "POST", .path = path_ + "/" + none + "/erase", .key = admin_key()});
    EXPECT_EQ(text_at(refused, "name"), "not_found") << none;
  }
}

}  // namespace farthing::api::entries_routes_test
