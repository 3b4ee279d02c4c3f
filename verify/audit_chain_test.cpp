// SPDX-License-Identifier: Apache-2.0
#include "verify/audit_chain.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace farthing::verify::audit_chain_test {

// The hash is of bytes that were put together by hand from docs/reference/formats.md.
Act first_act() {
  Act act{.number = 1, .at = Instant::from_us(7), .kind = "a.b", .target = "t"};
  act.changes.push_back({.field = "f", .before = {}, .after = "x"});
  std::string bytes;
  bytes += '\x01';                         // version
  bytes += '\x01';                         // number
  bytes += std::string(7, '\0') + '\x07';  // at
  bytes += '\0';                           // no key
  bytes += std::string(16, '\0');          // user
  bytes += std::string(2, '\0');           // no address, no request
  bytes += std::string("\x03") + "a.b";    // kind
  bytes += std::string("\x01") + "t";      // target
  bytes += '\0';                           // no organization
  bytes += std::string("\x01\x01") + "f";  // one change, of f
  bytes += '\0';                           // nothing before
  bytes += std::string("\x01\x01") + "x";  // x after
  act.hash = sha256({std::string(32, '\0'), bytes});
  return act;
}

TEST(AuditChain, TakesWhatFollows) {
  AuditChain chain;
  EXPECT_FALSE(chain.next(first_act()));
  EXPECT_EQ(chain.number(), 1U);
  EXPECT_EQ(chain.hash(), first_act().hash);
}

// An act of the server's own machine with the hash that follows from the one before.
Act next_act(const AuditChain& chain, std::string kind, std::int64_t at_s,
             std::vector<ActChange> changes = {}) {
  Act act{.number = chain.number() + 1,
          .at = Instant::from_us(at_s * 1'000'000),
          .kind = std::move(kind),
          .target = "clock",
          .changes = std::move(changes)};
  std::string bytes;
  ByteWriter out(bytes);
  out.fixed(std::uint8_t{1}).varint(act.number).fixed(act.at.us());
  out.raw(std::string(1 + 16, '\0')).text("").text("").text(act.kind).text(act.target);
  out.fixed(std::uint8_t{0}).varint(act.changes.size());
  for (const ActChange& change : act.changes) {
    out.text(change.field).fixed(std::uint8_t{0}).fixed(std::uint8_t{1}).text(*change.after);
  }
  act.hash = sha256({as_bytes(chain.hash()), bytes});
  return act;
}

std::vector<ActChange> to_second(const std::string& second) {
  return {{.field = "ledger_time", .before = {}, .after = "1970-01-01T00:00:" + second + "Z"}};
}

TEST(AuditChain, TimeGoesBackOnlyDirectlyAfterTheActThatSetsItBackAndNotFurther) {
  struct Case {
    std::string kind;
    std::vector<ActChange> changes;
    std::int64_t next_at_s;
    std::string finding;
  };
  const std::vector<Case> cases = {
      {"clock.set_back", to_second("20"), 20, ""},
      {"clock.set_back", to_second("20"), 35, ""},
      {"clock.set_back", to_second("20"), 19, "the time"},
      {"clock.set_back", to_second("59"), 39, "the time"},
      {"clock.set_back", {}, 39, "the time"},
      {"clock.set_back", {{.field = "ledger_time", .before = {}, .after = "x"}}, 39, "the time"},
      {"clock.confirm", to_second("20"), 39, "the time"},
      {"clock.confirm", to_second("20"), 40, ""},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.kind + " " + std::to_string(each.next_at_s));
    AuditChain chain;
    ASSERT_FALSE(chain.next(next_act(chain, each.kind, 40, each.changes)));
    const auto wrong = chain.next(next_act(chain, "user.create", each.next_at_s));
    EXPECT_EQ(wrong ? wrong->what : "", each.finding);
    if (wrong || each.next_at_s == 40) continue;
    EXPECT_FALSE(chain.next(next_act(chain, "user.create", each.next_at_s)));
    const auto late = chain.next(next_act(chain, "user.create", each.next_at_s - 1));
    EXPECT_TRUE(late) << "it goes back once";
  }
}

TEST(AuditChain, FindsWhatWasChangedLeftOutOrAdded) {
  const auto finding = [](const Act& act) {
    AuditChain chain;
    const auto wrong = chain.next(act);
    return wrong ? wrong->what : std::string();
  };
  Act act = first_act();
  act.number = 2;
  EXPECT_EQ(finding(act), "the number");
  for (const auto& change : std::vector<void (*)(Act&)>{
           [](Act& each) { each.at = Instant::from_us(8); },
           [](Act& each) { each.api_key = Id128(); },
           [](Act& each) { each.address = "::1"; },
           [](Act& each) { each.target = "u"; },
           [](Act& each) { each.organization = Id128(); },
           [](Act& each) { each.changes[0].before = ""; },
           [](Act& each) { each.changes.clear(); },
       }) {
    act = first_act();
    change(act);
    EXPECT_EQ(finding(act), "the hash");
  }
}

// An act of version 2 about a person, put together by hand; the texts are of the tail.
struct PersonalAct {
  std::string salt = std::string(16, 's');
  std::string canonical;
  std::string texts;
  Digest hash{};

  PersonalAct() {
    const auto digest = [this](std::string_view framed) {
      return std::string(as_bytes(sha256({salt, framed})));
    };
    const std::string name = std::string("\x04") + "name";
    canonical += std::string("\x02\x01", 2) + std::string(7, '\0') + '\x07';
    canonical += std::string(1 + 16 + 2, '\0');
    canonical += std::string("\x03") + "a.b" + "\x01" + "t" + '\0' + '\x02';
    canonical += name + std::string("\x01\x01", 2) + digest(name + "\x03" + "Eve");
    canonical += '\x01' + digest(name + "\x03" + "Ada");
    canonical += std::string("\x01") + "f" + std::string("\0\0\x01\x01", 4) + "x";
    canonical += std::string("\x02") + "ex";
    texts = "\x03" + std::string("Eve") + "\x03" + "Ada";
    hash = sha256({std::string(32, '\0'), canonical});
  }
  std::string whole() const {
    return canonical + '\x01' + salt + texts + std::string(as_bytes(hash));
  }
  std::string erased() const { return canonical + '\0' + std::string(as_bytes(hash)); }
};

std::string finding_of(const std::string& stored) {
  const auto act = decode_stored_act(stored);
  if (!act) return "unreadable";
  AuditChain chain;
  const auto wrong = chain.next(*act);
  return wrong ? wrong->what : "";
}

TEST(AuditChain, HoldsWithTextsAboutAPersonAndWithout) {
  const PersonalAct personal;
  EXPECT_EQ(finding_of(personal.whole()), "");
  EXPECT_EQ(finding_of(personal.erased()), "");
  const auto act = decode_stored_act(personal.whole());
  ASSERT_TRUE(act && act->changes.size() == 2);
  EXPECT_EQ(act->extension, "ex");
  EXPECT_EQ(act->changes[0].before, "Eve");
  EXPECT_EQ(act->changes[0].after, "Ada");
  EXPECT_EQ(act->changes[1].after, "x");
  const auto erased = decode_stored_act(personal.erased());
  ASSERT_TRUE(erased);
  EXPECT_TRUE(erased->changes[0].has_erased_before() && erased->changes[0].has_erased_after());
  EXPECT_FALSE(erased->changes[1].is_personal());
}

TEST(AuditChain, FindsAForgedTextAndAForgedDigest) {
  const PersonalAct personal;
  const auto with = [](std::string bytes, std::size_t at) {
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    return bytes;
  };
  const std::string whole = personal.whole();
  EXPECT_EQ(finding_of(with(whole, whole.rfind("Eve"))), "the digest of name before");
  EXPECT_EQ(finding_of(with(whole, whole.rfind("Ada"))), "the digest of name after");
  EXPECT_EQ(finding_of(with(whole, personal.canonical.size() + 1)), "the digest of name before")
      << "the salt";
  const std::size_t digest = personal.canonical.find("name") + 4 + 2;
  EXPECT_EQ(finding_of(with(whole, digest)), "the hash");
  EXPECT_EQ(finding_of(with(personal.erased(), digest)), "the hash");
  EXPECT_EQ(finding_of(with(personal.erased(), digest + 40)), "the hash");
  // Every byte: none is read over.
  for (std::size_t at = 0; at < whole.size(); ++at) {
    EXPECT_NE(finding_of(with(whole, at)), "") << at;
  }
}

TEST(AuditChain, KnowsNoBytesOfAnotherForm) {
  EXPECT_FALSE(decode_stored_act(""));
  EXPECT_FALSE(decode_stored_act(std::string(100, '\x02')));
  EXPECT_FALSE(decode_stored_act(std::string(100, '\x03')));
  EXPECT_FALSE(decode_stored_act(std::string(100, '\x01')));
}

}  // namespace farthing::verify::audit_chain_test
