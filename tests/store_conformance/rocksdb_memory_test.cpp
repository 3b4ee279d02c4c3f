// SPDX-License-Identifier: Apache-2.0
// What the embedded store keeps in memory does not grow with what was ever booked.
#include <gtest/gtest.h>

#include <string>

#include "base/bytes.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::rocksdb_memory_test {

constexpr std::uint64_t kRuns = 4;
constexpr std::uint64_t kPairs = 50'000;  // of a run and family

std::string key_of(std::uint64_t number) {
  std::string key;
  ByteWriter(key).fixed(number);
  return key + "-an-idempotency-key";
}

// Filters alone would take ten bits a key.
TEST(RocksdbMemory, FilesTakeLittleBesideTheCache) {
  const TemporaryDirectory directory;
  const embedded::DatabaseOptions options{.cache_bytes = std::size_t{1} << 20};
  auto opened = embedded::Database::open(directory.path() / "db", options);
  ASSERT_TRUE(opened) << opened.error().message;
  auto database = *std::move(opened);
  const std::string value(100, 'x');
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    const auto added =
        database->add_run([&](embedded::Family family, const embedded::Database::Put& put) {
          if (family != embedded::Family::outcomes && family != embedded::Family::entries) return;
          for (std::uint64_t i = 0; i < kPairs; ++i) put(key_of(run * kPairs + i), value);
        });
    ASSERT_TRUE(added) << added.error().message;
  }
  // All of it has been looked for, and what is not there has not been found.
  for (std::uint64_t i = 0; i < kRuns * kPairs; i += 100) {
    const auto found = database->find(embedded::Family::outcomes, key_of(i));
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, value) << i;
    const auto missing = database->find(embedded::Family::entries, key_of(i) + "?");
    ASSERT_TRUE(missing);
    EXPECT_FALSE(*missing) << i;
  }
  constexpr std::uint64_t kFilters = 2 * kRuns * kPairs * 10 / 8;
  EXPECT_LT(database->memory_beside_cache(), kFilters / 5);
  // Neither after a start.
  database.reset();
  opened = embedded::Database::open(directory.path() / "db", options);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_LT((*opened)->memory_beside_cache(), kFilters / 5);
}

}  // namespace farthing::store::testing::rocksdb_memory_test
