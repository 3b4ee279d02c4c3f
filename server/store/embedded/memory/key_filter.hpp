// SPDX-License-Identifier: Apache-2.0
// A filter in memory that tells whether an idempotency key may be in the derived part; nearly every
// request brings a fresh key. It takes some twelve bits a key: a Bloom filter in blocks of a cache
// line (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007), made of
// parts of growing size, so that it never has to be made anew (Almeida, Baquero, Preguiça,
// Hutchison: Scalable Bloom Filters, 2007). Beyond its budget it goes on with the last part and
// takes fresh keys for known ones more and more often: that costs a look-up on the disk, and never
// a wrong answer. Safe to use from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace farthing::store::embedded {

class KeyFilter {
 public:
  // Takes at most `max_bytes` of memory, and no less than its first part does.
  explicit KeyFilter(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Adds `key`, which has the form of the derived part (outcome_key).
  void add(std::string_view key);
  // Returns whether every key of the derived part has been added; until then any key may be in it.
  bool is_complete() const { return is_complete_.load(std::memory_order_acquire); }
  void set_complete() { is_complete_.store(true, std::memory_order_release); }
  // Returns false only when the key was not added before the call.
  bool may_have(std::string_view key) const;

  std::size_t bytes() const;
  std::size_t max_bytes() const { return max_bytes_; }

  // Appends all that was added, for a filter of the same size in another process to take in. Nobody
  // may add meanwhile.
  void append_encoded(std::string& out) const;
  // Takes in the bytes of append_encoded. Returns false and changes nothing when something was
  // added before, or when the bytes come from a filter of another size or a program that hashes
  // otherwise.
  bool take_encoded(std::string_view bytes);

 private:
  struct alignas(64) Block {
    std::array<std::atomic<std::uint64_t>, 8> words{};
  };
  struct Part {
    explicit Part(std::size_t count) : blocks(std::make_unique<Block[]>(count)), mask(count - 1) {}
    const std::unique_ptr<Block[]> blocks;
    const std::size_t mask;  // their number, a power of two, less one
  };

  static constexpr std::size_t kMaxParts = 32;

  void grow();
  void add_part(std::size_t blocks);
  // Returns the number of blocks of that part alone, a power of two; 0 when the budget has no room
  // for it.
  std::size_t blocks_of_part(std::size_t index) const;
  std::size_t bytes_of_parts(std::size_t count) const;
  // Returns what must be the same in another filter for its parts to mean the same here.
  std::string kind() const;

  const std::size_t max_bytes_;
  std::atomic<bool> is_complete_ = false;
  // Parts are added and never replaced, so a thread that has seen their number may use them.
  std::array<std::unique_ptr<Part>, kMaxParts> parts_;
  std::atomic<std::size_t> part_count_ = 0;

  std::mutex mutex_;      // guards all below, and adding to `parts_`
  std::size_t room_ = 0;  // for so many keys in the last part
};

}  // namespace farthing::store::embedded
