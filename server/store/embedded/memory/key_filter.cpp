// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/memory/key_filter.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>

#include "base/bytes.hpp"
#include "base/digest.hpp"

namespace farthing::store::embedded {
namespace {

constexpr std::size_t kFirstBlocks = 1'024;  // a power of two; 64 KiB
constexpr std::size_t kGrowth = 4;           // a power of two
constexpr std::size_t kBitsPerBlock = 512;
constexpr std::size_t kLargeBlocks = 65'536;  // 4 MiB
constexpr std::size_t kBitsPerKey = 12;
constexpr std::size_t kBitsPerKeyOfSmallParts = 20;
constexpr int kProbes = 6;  // near the best for ten bits a key, and enough for more

// Returns how many keys a part takes. A fresh key is looked for in every part, so the mistakes of
// all add up. The small parts make hardly any, and that costs next to no memory.
constexpr std::size_t capacity_of(std::size_t blocks) {
  return blocks * kBitsPerBlock / (blocks < kLargeBlocks ? kBitsPerKeyOfSmallParts : kBitsPerKey);
}

// The bits that stand for a key: the lower bits of its hash choose the block, and nine upper bits
// of the multiplied hash choose each probe.
struct Place {
  explicit Place(std::string_view key)
      : hash(std::hash<std::string_view>{}(key)), bits(hash * 0x9e37'79b9'7f4a'7c15U) {}

  std::size_t block(std::size_t mask) const { return hash & mask; }
  std::size_t word(int probe) const { return (bits >> (61 - 9 * probe)) & 7U; }
  std::uint64_t bit(int probe) const {
    return std::uint64_t{1} << ((bits >> (55 - 9 * probe)) & 63U);
  }

  std::uint64_t hash;
  std::uint64_t bits;
};

}  // namespace

void KeyFilter::add(std::string_view key) {
  const Place place(key);
  const Part* part = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (room_ == 0) grow();
    --room_;
    part = parts_[part_count_.load(std::memory_order_relaxed) - 1].get();
  }
  Block& block = part->blocks[place.block(part->mask)];
  for (int i = 0; i < kProbes; ++i) {
    block.words[place.word(i)].fetch_or(place.bit(i), std::memory_order_relaxed);
  }
}

void KeyFilter::grow() {
  const std::size_t count = part_count_.load(std::memory_order_relaxed);
  const std::size_t blocks = blocks_of_part(count);
  if (blocks == 0) {
    room_ = std::numeric_limits<std::size_t>::max();
    return;
  }
  add_part(blocks);
  room_ = capacity_of(blocks);
}

std::size_t KeyFilter::blocks_of_part(std::size_t index) const {
  std::size_t blocks = kFirstBlocks;
  std::size_t left = max_bytes_ / sizeof(Block);
  for (std::size_t i = 0; i < index; ++i) {
    left -= std::min(left, blocks);
    const std::size_t next = std::min(kGrowth * blocks, std::bit_floor(left));
    if (next < blocks || i + 1 == kMaxParts) return 0;
    blocks = next;
  }
  return blocks;
}

void KeyFilter::add_part(std::size_t blocks) {
  const std::size_t count = part_count_.load(std::memory_order_relaxed);
  parts_[count] = std::make_unique<Part>(blocks);
  part_count_.store(count + 1, std::memory_order_release);
}

bool KeyFilter::may_have(std::string_view key) const {
  if (!is_complete()) return true;
  const Place place(key);
  const std::size_t count = part_count_.load(std::memory_order_acquire);
  // Begins with the last part, which is the largest and mostly has more than half of all keys.
  for (std::size_t i = count; i-- > 0;) {
    const Part& part = *parts_[i];
    const Block& block = part.blocks[place.block(part.mask)];
    bool has_all = true;
    for (int probe = 0; probe < kProbes && has_all; ++probe) {
      const auto word = block.words[place.word(probe)].load(std::memory_order_relaxed);
      has_all = (word & place.bit(probe)) != 0;
    }
    if (has_all) return true;
  }
  return false;
}

std::size_t KeyFilter::bytes() const {
  return bytes_of_parts(part_count_.load(std::memory_order_acquire));
}

std::size_t KeyFilter::bytes_of_parts(std::size_t count) const {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) bytes += blocks_of_part(i) * sizeof(Block);
  return bytes;
}

std::string KeyFilter::kind() const {
  std::string kind;
  ByteWriter writer(kind);
  writer.fixed(std::uint64_t{max_bytes_}).fixed(std::uint64_t{kFirstBlocks}).fixed(kProbes);
  writer.fixed(std::uint64_t{kGrowth}).fixed(std::uint64_t{kLargeBlocks});
  writer.fixed(std::uint64_t{kBitsPerKey}).fixed(std::uint64_t{kBitsPerKeyOfSmallParts});
  // Samples keys of several lengths: another version of the library may hash any of them
  // differently.
  for (const std::string_view key : {"", "key", "farthing", "0123456789abcdef",
                                     "a key of some forty bytes, as they come in use"}) {
    const Place place(key);
    writer.fixed(place.hash);
    for (int probe = 0; probe < kProbes; ++probe) {
      writer.fixed(std::uint64_t{place.word(probe)}).fixed(place.bit(probe));
    }
  }
  return std::string(as_bytes(sha256(kind)));
}

void KeyFilter::append_encoded(std::string& out) const {
  const std::size_t count = part_count_.load(std::memory_order_acquire);
  ByteWriter writer(out);
  writer.raw(kind()).fixed(static_cast<std::uint8_t>(count)).fixed(std::uint64_t{room_});
  out.reserve(out.size() + bytes());
  for (std::size_t i = 0; i < count; ++i) {
    const Part& part = *parts_[i];
    for (std::size_t block = 0; block <= part.mask; ++block) {
      for (const auto& word : part.blocks[block].words) {
        writer.fixed(word.load(std::memory_order_relaxed));
      }
    }
  }
}

bool KeyFilter::take_encoded(std::string_view bytes) {
  const std::string own_kind = kind();
  ByteReader reader(bytes);
  if (reader.raw(own_kind.size()) != own_kind) return false;
  const std::size_t count = reader.fixed<std::uint8_t>();
  const auto room = reader.fixed<std::uint64_t>();
  if (!reader.is_ok() || count > kMaxParts) return false;
  if (count == 0 ? room != 0 : blocks_of_part(count - 1) == 0) return false;
  const std::size_t head = own_kind.size() + sizeof(std::uint8_t) + sizeof(room);
  if (bytes.size() != head + bytes_of_parts(count)) return false;
  const std::lock_guard lock(mutex_);
  if (part_count_.load(std::memory_order_relaxed) > 0) return false;
  for (std::size_t i = 0; i < count; ++i) {
    add_part(blocks_of_part(i));
    const Part& part = *parts_[i];
    for (std::size_t block = 0; block <= part.mask; ++block) {
      for (auto& word : part.blocks[block].words) {
        word.store(reader.fixed<std::uint64_t>(), std::memory_order_relaxed);
      }
    }
  }
  room_ = room;
  return true;
}

}  // namespace farthing::store::embedded
