// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace farthing::bench {

std::size_t LatencyHistogram::bucket_of(std::uint64_t value) {
  const auto width = static_cast<unsigned>(std::bit_width(value));
  const unsigned shift = width > kHalfBits + 1 ? width - (kHalfBits + 1) : 0;
  return shift * kHalf + static_cast<std::size_t>(value >> shift);
}

std::uint64_t LatencyHistogram::upper_end(std::size_t bucket) {
  if (bucket < 2 * kHalf) return bucket;
  const std::size_t shift = bucket / kHalf - 1;
  const std::uint64_t mantissa = bucket - shift * kHalf;
  return ((mantissa + 1) << shift) - 1;
}

void LatencyHistogram::record(std::uint64_t nanoseconds) {
  ++buckets_[bucket_of(nanoseconds)];
  ++count_;
  max_ = std::max(max_, nanoseconds);
}

void LatencyHistogram::clear() { *this = LatencyHistogram(); }

std::uint64_t LatencyHistogram::quantile_ns(double quantile) const {
  if (count_ == 0) return 0;
  const double exact_rank = std::ceil(quantile * static_cast<double>(count_));
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(exact_rank), 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) return std::min(upper_end(bucket), max_);
  }
  return max_;
}

}  // namespace farthing::bench
