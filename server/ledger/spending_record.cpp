// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/spending_record.hpp"

#include "base/bytes.hpp"

namespace farthing::ledger {
namespace {

// Stored: the first byte of every record of a caller's key.
constexpr std::uint8_t kSpendingFormat = 1;

std::uint64_t as_number(Credits amount) { return static_cast<std::uint64_t>(amount.nano()); }

}  // namespace

void apply(SpendingRecord& record, const PastSpending& past) {
  if (past.seq <= record.last_seq) return;
  record.spent = add_up(record.spent, past.spent);
  record.spent.day = {};
  record.last_seq = past.seq;
}

void append_encoded(const SpendingRecord& record, std::string& out) {
  ByteWriter(out)
      .fixed(kSpendingFormat)
      .varint(record.last_seq)
      .varint(as_number(record.spent.total))
      .varint(as_number(record.spent.month))
      .varint(record.spent.day_number);
}

std::optional<SpendingRecord> decode_spending_record(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.fixed<std::uint8_t>() != kSpendingFormat) return {};
  SpendingRecord record;
  record.last_seq = reader.varint();
  record.spent.total = Credits::from_nano(static_cast<std::int64_t>(reader.varint()));
  record.spent.month = Credits::from_nano(static_cast<std::int64_t>(reader.varint()));
  record.spent.day_number = static_cast<std::uint32_t>(reader.varint());
  const bool is_good = record.spent.total >= Credits() && record.spent.month >= Credits();
  if (!is_good || !reader.is_at_end()) return {};
  return record;
}

}  // namespace farthing::ledger
