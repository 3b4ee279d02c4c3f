// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/entry_id.hpp"

namespace farthing::ledger {
namespace {

constexpr std::size_t kTimeBytes = 6;
constexpr std::size_t kSeqBytes = 8;

}  // namespace

Id128 make_entry_id(Instant at, std::uint64_t seq) {
  Id128 id;
  auto ms = static_cast<std::uint64_t>(at.us() / 1000);
  for (std::size_t i = kTimeBytes; i-- > 0; ms >>= 8) id.bytes[i] = static_cast<std::uint8_t>(ms);
  for (std::size_t i = id.bytes.size(); i-- > id.bytes.size() - kSeqBytes; seq >>= 8) {
    id.bytes[i] = static_cast<std::uint8_t>(seq);
  }
  return id;
}

std::uint64_t seq_of(const Id128& id) {
  std::uint64_t seq = 0;
  for (std::size_t i = id.bytes.size() - kSeqBytes; i < id.bytes.size(); ++i) {
    seq = seq << 8 | id.bytes[i];
  }
  return seq;
}

Instant instant_of(const Id128& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < kTimeBytes; ++i) ms = ms << 8 | id.bytes[i];
  return Instant::from_us(ms * 1000);
}

}  // namespace farthing::ledger
