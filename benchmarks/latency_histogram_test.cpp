// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "benchmarks/rotation.hpp"

namespace farthing::bench::latency_histogram_test {

TEST(LatencyHistogram, IsZeroWhenEmpty) { EXPECT_EQ(LatencyHistogram().quantile_ns(0.99), 0U); }

TEST(LatencyHistogram, CountsSmallValuesExactly) {
  LatencyHistogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.quantile_ns(0.5), 50U);
  EXPECT_EQ(histogram.quantile_ns(0.99), 99U);
  EXPECT_EQ(histogram.quantile_ns(1), 100U);
}

TEST(LatencyHistogram, IsWithinOnePerCentOfSortedValues) {
  RandomBits random;
  LatencyHistogram histogram;
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(random.next() >> (random.next() % 64));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double quantile : {0.01, 0.25, 0.5, 0.9, 0.99, 0.999}) {
    const auto rank = std::ceil(quantile * static_cast<double>(values.size()));
    const std::uint64_t exact = values[static_cast<std::size_t>(rank) - 1];
    const std::uint64_t counted = histogram.quantile_ns(quantile);
    EXPECT_GE(counted, exact) << quantile;
    EXPECT_LE(counted - exact, exact / 100) << quantile;
  }
}

TEST(LatencyHistogram, TakesTheLargestValue) {
  LatencyHistogram histogram;
  histogram.record(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(histogram.quantile_ns(0.5), std::numeric_limits<std::uint64_t>::max());
}

TEST(LatencyHistogram, ForgetsWhenCleared) {
  LatencyHistogram histogram;
  histogram.record(1000);
  histogram.clear();
  histogram.record(7);
  EXPECT_EQ(histogram.count(), 1U);
  EXPECT_EQ(histogram.max_ns(), 7U);
  EXPECT_EQ(histogram.quantile_ns(1), 7U);
}

}  // namespace farthing::bench::latency_histogram_test
