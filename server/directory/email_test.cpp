// SPDX-License-Identifier: Apache-2.0
#include "server/directory/email.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "server/directory/directory.hpp"
#include "server/directory/rules.hpp"

namespace farthing::directory::email_test {

constexpr const char* kNone = "none";

Id128 id_of(std::uint8_t number) {
  Id128 id;
  id.bytes[15] = number;
  return id;
}

std::string normalized(const std::string& email) { return normalize_email(email).value_or(kNone); }

// Returns the form in which two addresses are compared.
std::string compared(const std::string& email) { return fold_email(normalized(email)); }

TEST(NormalizeEmail, HasOneSpellingOfAnAddress) {
  struct Case {
    std::string email;
    std::string expected;
  };
  for (const Case& each : {
           // ASCII stays as it is.
           Case{"ada@example.com", "ada@example.com"},
           Case{"Ada.Lovelace+x@Example.COM", "Ada.Lovelace+x@Example.COM"},
           Case{"operator@localhost", "operator@localhost"},
           Case{"a@under_score.example", "a@under_score.example"},
           Case{"a@xn--bcher-kva.de", "a@xn--bcher-kva.de"},
           Case{"a@XN--BCHER-KVA.de", "a@XN--BCHER-KVA.de"},
           Case{"a@xn--not-a-label", "a@xn--not-a-label"},
           // What stands before the "@" is composed: "é" of one and of two characters, the Kelvin
           // sign, Hangul of three.
           Case{"andr\u00e9@example.com", "andr\u00e9@example.com"},
           Case{"andre\u0301@example.com", "andr\u00e9@example.com"},
           Case{"\u212Aelvin@example.com", "Kelvin@example.com"},
           Case{"\u1112\u1161\u11ab@example.com", "\ud55c@example.com"},
           // Compatibility forms and case are left as they are there.
           Case{"\uff41@example.com", "\uff41@example.com"},
           Case{"\u00c9@example.com", "\u00c9@example.com"},
           // Domains get their form of the domain name system.
           Case{"a@b\u00fccher.de", "a@xn--bcher-kva.de"},
           Case{"a@bu\u0308cher.de", "a@xn--bcher-kva.de"},
           Case{"A@B\u00dcCHER.DE", "A@xn--bcher-kva.de"},
           Case{"a@fa\u00df.de", "a@xn--fa-hia.de"},
           Case{"a@\u4f8b\u3048.jp", "a@xn--r8jz45g.jp"},
           Case{"a@b\u00fccher\u3002de", "a@xn--bcher-kva.de"},
           Case{"a@sub.b\u00fccher.example.com", "a@sub.xn--bcher-kva.example.com"},
           Case{"\u00fc@\u00fc.de", "\u00fc@xn--tda.de"},
           // Some have none.
           Case{"a@\u2665.example", kNone},
           Case{"a@-\u00fc.example", kNone},
           Case{"a@\u0301.example", kNone},
           Case{"a@" + std::string(63, 'x') + "\u00fc.de", kNone},
           Case{"nobody", kNone},
       }) {
    EXPECT_EQ(normalized(each.email), each.expected) << each.email;
  }
}

TEST(SpellingsOfEmail, AreTheOneThatWasSentAndTheNormalizedOne) {
  using Spellings = std::vector<std::string>;
  EXPECT_EQ(spellings_of_email("Ada@example.com"), Spellings{"Ada@example.com"});
  EXPECT_EQ(spellings_of_email("a@b\u00fccher.de"),
            (Spellings{"a@b\u00fccher.de", "a@xn--bcher-kva.de"}));
  EXPECT_EQ(spellings_of_email("a@\u2665.example"), Spellings{"a@\u2665.example"});
}

// A directory with an address that was stored as it was sent.
TEST(StoredEmails, OfBeforeStayAsTheyAreAndAreFound) {
  const User old{.id = {id_of(1)}, .email = "Old@b\u00fccher.example"};
  const Organization organization{.id = {id_of(2)}, .name = "Acme"};
  Directory directory;
  directory.apply(old);
  directory.apply(organization);
  const auto decide_on = [&directory](DirectoryAction action) {
    return decide(directory, {.origin = {}, .action = std::move(action)}, Instant());
  };
  const auto create = [&](const std::string& email) {
    return decide_on(CreateUser{{.id = {id_of(3)}, .email = email}});
  };
  EXPECT_EQ(create("old@b\u00fccher.example").error().code, ErrorCode::already_exists);
  const auto added = decide_on(AddMembership{
      .organization = organization.id, .user = {}, .email = "OLD@b\u00fccher.example"});
  ASSERT_TRUE(added);
  EXPECT_EQ(std::get<Member>(added->outcome.record).email, old.email);
  const auto made = create("New@b\u00fccher.example");
  ASSERT_TRUE(made);
  EXPECT_EQ(std::get<User>(made->outcome.record).email, "New@xn--bcher-kva.example");
  EXPECT_EQ(std::get<User>(made->records.at(0)).email, "New@xn--bcher-kva.example");
}

// One letter as people may type it: the first form is what the others mean.
using Letter = std::vector<std::string>;

const std::vector<Letter> kLocalLetters = {
    {"a", "A"},
    {"7"},
    {"."},
    {"+"},
    {"\u00e9", "e\u0301"},
    {"\u00fc", "u\u0308"},
    {"k", "K", "\u212a"},
    {"\u1e69", "s\u0323\u0307", "s\u0307\u0323"},
    {"\ud55c", "\u1112\u1161\u11ab"},
};
const std::vector<Letter> kDomainLetters = {
    {"a", "A"},
    {"7"},
    {"\u00fc", "u\u0308", "\u00dc", "U\u0308"},
    {"\u00e9", "e\u0301", "\u00c9"},
    {"\u4f8b"},
    {"\u00df"},
    {"k", "K", "\u212a"},
};

struct Typed {
  std::string first;   // in one way
  std::string second;  // and in another
};

Typed type(const std::vector<Letter>& letters, const std::string& before,
           const std::string& after) {
  Typed typed{before, before};
  const auto size = *rc::gen::inRange<std::size_t>(1, 12);
  for (std::size_t i = 0; i < size; ++i) {
    const Letter& letter = letters[*rc::gen::inRange<std::size_t>(0, letters.size())];
    typed.first += letter[*rc::gen::inRange<std::size_t>(0, letter.size())];
    typed.second += letter[*rc::gen::inRange<std::size_t>(0, letter.size())];
  }
  typed.first += after;
  typed.second += after;
  return typed;
}

RC_GTEST_PROP(NormalizeEmail, IsTheSameForWhatIsTheSameAndItsOwnSpelling, ()) {
  const Typed local = type(kLocalLetters, "", "@");
  const Typed domain = type(kDomainLetters, "", ".example");
  const std::string first = local.first + domain.first;
  const std::string second = local.second + domain.second;
  RC_LOG() << first << " and " << second << '\n';
  const auto spelling = normalize_email(first);
  RC_ASSERT(spelling.has_value());
  RC_ASSERT(normalize_email(*spelling) == spelling);
  RC_ASSERT(compared(first) == compared(second));
  RC_ASSERT(spellings_of_email(first).back() == *spelling);
}

RC_GTEST_PROP(NormalizeEmail, KeepsDifferentAddressesApart, (bool is_local)) {
  const Typed typed = type(is_local ? kLocalLetters : kDomainLetters, is_local ? "" : "a@",
                           is_local ? "@b.example" : ".example");
  std::string longer = typed.first;
  longer.insert(is_local ? 0 : 2, "z");
  RC_ASSERT(compared(longer) != compared(typed.first));
}

}  // namespace farthing::directory::email_test
