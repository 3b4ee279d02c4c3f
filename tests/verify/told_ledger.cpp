// SPDX-License-Identifier: Apache-2.0
#include "tests/verify/told_ledger.hpp"

#include <string>

#include "base/check.hpp"
#include "tests/model/story.hpp"

namespace farthing::verify::testing {
namespace {

constexpr const char* kLines[] = {
    "0 grant 1 100",
    "0 grant 2 50 priority=50 effective=10 expires=100",
    "1 charge 3 30 caller=1",
    "12 hold 4 60 ttl=60 caller=2",  // 50 of grant 2, 10 of grant 1
    "13 capture 5 5 hold=4 final=no",
    "14 extend 6 hold=4 ttl=120",
    "15 capture 7 8 hold=4",   // and the release of the rest
    "16 hold 8 10 ttl=5",      // runs out at 21
    "30 refund 9 4 charge=3",  // to grant 1
    "110 hold 10 2 ttl=60",
    "111 release 11 hold=10",
    "112 limit 12 40",
    "113 charge 13 90",  // more than there is
    "114 grant 14 20",   // repays
    "115 grant 15 7",
    "116 void 16 grant=15",
    "117 refund 17 all charge=13",
};

}  // namespace

std::vector<SealedEntry> told_ledger() {
  model::Story story;
  for (const char* line : kLines) CHECK(story.tell(line).find("refused") == std::string::npos);
  std::vector<SealedEntry> entries;
  for (const ledger::Entry& entry : story.entries()) {
    std::string stored;
    ledger::append_encoded(entry, ledger::canonical_bytes(entry), stored);
    auto sealed = decode_stored(stored);
    CHECK(sealed);
    entries.push_back(*std::move(sealed));
  }
  return entries;
}

void seal_again(std::vector<SealedEntry>& entries) {
  Digest previous{};
  std::uint64_t seq = 0;
  for (SealedEntry& sealed : entries) {
    sealed.entry.seq = ++seq;
    sealed.canonical = encode_canonical(sealed.entry);
    sealed.hash = sha256({as_bytes(previous), sealed.canonical});
    previous = sealed.hash;
  }
}

}  // namespace farthing::verify::testing
