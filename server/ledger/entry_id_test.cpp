// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/entry_id.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "base/digest.hpp"

namespace farthing::ledger::entry_id_test {

// Stored and in the hands of clients: if this fails, their ids lead nowhere.
TEST(EntryId, IsTimeThenZerosThenNumber) {
  const Id128 id =
      make_entry_id(Instant::from_us(std::int64_t{0x0123456789ab} * 1000 + 999), 0x0102);
  EXPECT_EQ(to_hex(id.as_bytes()),
            "0123456789ab"
            "0000"
            "0000000000000102");
}

TEST(EntryId, LeadsToItsNumber) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  for (const std::uint64_t seq :
       {std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256}, kMost}) {
    EXPECT_EQ(seq_of(make_entry_id(Instant::max(), seq)), seq);
  }
}

// Entries are in order of time, so either may grow while the other stays.
RC_GTEST_PROP(EntryIdProperty, SortsInTheOrderOfEntries,
              (std::uint32_t ms, std::uint32_t seq, std::uint16_t later_us, std::uint16_t more)) {
  const Instant at = Instant::from_us(std::int64_t{ms} * 1000);
  const Instant later = at.plus(std::chrono::microseconds(later_us));
  RC_ASSERT(make_entry_id(at, seq) < make_entry_id(later, std::uint64_t{seq} + 1 + more));
}

}  // namespace farthing::ledger::entry_id_test
