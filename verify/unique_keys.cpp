// SPDX-License-Identifier: Apache-2.0
#include "verify/unique_keys.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <span>

#include "base/digest.hpp"

namespace farthing::verify {
namespace {

// Half a digest is kept: it is long enough that two keys will not share one.
struct KeyRecord {
  std::array<std::uint64_t, 2> key;
  std::uint64_t seq;

  friend auto operator<=>(const KeyRecord&, const KeyRecord&) = default;
};

}  // namespace

void UniqueKeys::add(std::string_view key, std::uint64_t seq) {
  if (!records_.reserve((count_ + 1) * sizeof(KeyRecord))) {
    has_failed_ = true;
    return;
  }
  KeyRecord record{.key = {}, .seq = seq};
  const Digest digest = sha256(key);
  std::memcpy(record.key.data(), digest.data(), sizeof record.key);
  new (records_.data() + count_++ * sizeof(KeyRecord)) KeyRecord(record);
}

std::optional<UniqueKeys::Repeat> UniqueKeys::find_repeat() {
  if (count_ == 0) return {};
  const std::span records(std::launder(reinterpret_cast<KeyRecord*>(records_.data())), count_);
  std::ranges::sort(records);
  std::optional<Repeat> earliest;
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].key != records[i - 1].key) continue;
    const Repeat repeat{.first = records[i - 1].seq, .second = records[i].seq};
    if (!earliest || repeat.second < earliest->second) earliest = repeat;
  }
  return earliest;
}

}  // namespace farthing::verify
