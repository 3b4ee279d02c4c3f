// SPDX-License-Identifier: Apache-2.0
// Counts durations in buckets of less than one per cent of their value, from nanoseconds to hours.
// Recording costs a few instructions and no memory, so that it does not disturb what is measured.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace farthing::bench {

class LatencyHistogram {
 public:
  void record(std::uint64_t nanoseconds);
  void clear();

  std::uint64_t count() const { return count_; }
  std::uint64_t max_ns() const { return max_; }

  // The upper end of the bucket below or at which the share `quantile` (0 to 1) of all records
  // lies, never above the maximum; 0 when there are no records.
  std::uint64_t quantile_ns(double quantile) const;

 private:
  // Values below 2 * kHalf are counted exactly; above, every power of two has kHalf buckets.
  static constexpr unsigned kHalfBits = 7;
  static constexpr std::size_t kHalf = std::size_t{1} << kHalfBits;
  static constexpr std::size_t kBuckets = (64 - kHalfBits + 1) * kHalf;

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t upper_end(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace farthing::bench
