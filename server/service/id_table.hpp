// SPDX-License-Identifier: Apache-2.0
// Cells by 128-bit ids, in a table of a fixed size that any number of threads use at once without a
// lock and without an allocation. It remembers what matters most: an id that is new takes the place
// of the one whose cell is worth least among the few that share its bucket, so whoever floods the
// table with new ids makes it forget those of the flood. Forgetting is harmless by design, and so
// is the rare race in which a cell is given away while another thread still counts in it: cells
// hold counts that limit and never ones that bill.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

#include "base/id.hpp"
#include "base/random.hpp"

namespace farthing::service {

// `Cell` is made of atomics; its `clear()` makes it as good as new.
template <class Cell>
class IdTable {
 public:
  // Makes room for so many cells, rounded up to a power of two.
  explicit IdTable(std::size_t cells)
      : buckets_(std::bit_ceil((cells + kWays - 1) / kWays)),
        table_(make_table(buckets_)),
        seed_(random_word()) {}

  // Returns the cell of the id, or null when it has none.
  Cell* find(const Id128& id) {
    const Name name = name_of(id);
    for (Slot& slot : bucket_of(name)) {
      if (is(slot, name)) return &slot.cell;
    }
    return nullptr;
  }

  // Returns the cell of the id, or a cleared one that is the id's from now on. `worth(cell)` says
  // how much would be lost with a cell; the one that is worth least is given away.
  template <class Worth>
  Cell& find_or_claim(const Id128& id, Worth worth) {
    const Name name = name_of(id);
    Bucket& bucket = bucket_of(name);
    for (int attempt = 1;; ++attempt) {
      Slot* least = nullptr;
      std::int64_t least_worth = 0;
      for (Slot& slot : bucket) {
        if (is(slot, name)) return slot.cell;
        const std::int64_t present_worth = is_free(slot) ? kNothing : worth(slot.cell);
        if (least != nullptr && present_worth >= least_worth) continue;
        least = &slot;
        least_worth = present_worth;
      }
      // Somebody else may claim the same place, perhaps for the same id.
      if (claim(*least, name) || attempt == kAttempts) return least->cell;
    }
  }

  // Calls `visit(id, cell)` for each cell that is an id's.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::size_t i = 0; i < buckets_; ++i) {
      for (Slot& slot : table_[i]) {
        const std::uint64_t high = slot.high.load(std::memory_order_acquire);
        const std::uint64_t low = slot.low.load(std::memory_order_relaxed);
        if (high != kFree && high != kBusy) visit(id_of({high, low}), slot.cell);
      }
    }
  }

 private:
  static constexpr std::size_t kWays = 8;
  static constexpr int kAttempts = 4;
  static constexpr std::int64_t kNothing = INT64_MIN;
  // An id that begins with one of these numbers counts as one that begins with that number plus
  // two.
  static constexpr std::uint64_t kFree = 0;
  static constexpr std::uint64_t kBusy = 1;

  struct Name {
    std::uint64_t high;
    std::uint64_t low;
  };
  struct Slot {
    std::atomic<std::uint64_t> high{kFree};
    std::atomic<std::uint64_t> low{0};
    Cell cell;
  };
  using Bucket = std::array<Slot, kWays>;

  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  using Table = std::unique_ptr<Bucket[], Free>;  // NOLINT(modernize-avoid-c-arrays)

  // Zero is what a free slot is made of, and memory that the system gives as zero is not resident
  // before it is written: constructors would write all of it.
  static Table make_table(std::size_t buckets) {
    static_assert(kFree == 0 && std::is_trivially_destructible_v<Bucket> &&
                  alignof(Bucket) <= alignof(std::max_align_t));
    void* const memory = std::calloc(buckets, sizeof(Bucket));
    if (memory == nullptr) throw std::bad_alloc();
    return Table(static_cast<Bucket*>(memory));
  }

  static Name name_of(const Id128& id) {
    Name name{};
    std::memcpy(&name, id.bytes.data(), sizeof name);
    if (name.high <= kBusy) name.high += kBusy + 1;
    return name;
  }
  static Id128 id_of(const Name& name) {
    Id128 id;
    std::memcpy(id.bytes.data(), &name, sizeof name);
    return id;
  }
  static std::uint64_t random_word() {
    std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
    fill_random(bytes);
    return std::bit_cast<std::uint64_t>(bytes);
  }
  static bool is_free(const Slot& slot) {
    return slot.high.load(std::memory_order_relaxed) == kFree;
  }
  static bool is(const Slot& slot, const Name& name) {
    return slot.high.load(std::memory_order_acquire) == name.high &&
           slot.low.load(std::memory_order_relaxed) == name.low;
  }
  static bool claim(Slot& slot, const Name& name) {
    std::uint64_t present = slot.high.load(std::memory_order_relaxed);
    if (present == kBusy || !slot.high.compare_exchange_strong(present, kBusy)) return false;
    slot.low.store(name.low, std::memory_order_relaxed);
    slot.cell.clear();
    slot.high.store(name.high, std::memory_order_release);
    return true;
  }

  // Nobody outside knows the seed, so nobody can choose ids that share a bucket.
  Bucket& bucket_of(const Name& name) {
    std::uint64_t hash = name.high ^ seed_;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9U + name.low;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebU;
    hash ^= hash >> 31;
    return table_[hash & (buckets_ - 1)];
  }

  std::size_t buckets_;
  Table table_;
  std::uint64_t seed_;
};

}  // namespace farthing::service
