// SPDX-License-Identifier: Apache-2.0
#include "verify/audit_chain.hpp"

#include <gtest/gtest.h>

namespace farthing::verify {
namespace {

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

TEST(AuditChain, KnowsNoBytesOfAnotherForm) {
  EXPECT_FALSE(decode_stored_act(""));
  EXPECT_FALSE(decode_stored_act(std::string(100, '\x02')));
  EXPECT_FALSE(decode_stored_act(std::string(100, '\x01')));
}

}  // namespace
}  // namespace farthing::verify
