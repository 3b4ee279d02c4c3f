// SPDX-License-Identifier: Apache-2.0
// The stores that the conformance suite runs against, and the fixture that opens one.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "selftest/subject.hpp"
#include "server/directory/directory_record.hpp"
#include "server/ledger/booked.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/store.hpp"

namespace farthing::store::testing {

// A store and what a test may look at behind its back.
class OpenStore : public selftest::Subject {
 public:
  virtual std::vector<ledger::Entry> entries_of(OrganizationId organization) = 0;
  // Returns all that the store keeps outside the process, as it lies there.
  virtual std::string stored_bytes() { return {}; }
  // Takes in what an earlier version would have stored, whatever this one thinks of it, and opens
  // the store again. What the records and entries refer to must be there.
  virtual void take_over(const std::vector<directory::DirectoryRecord>& records,
                         const ledger::Booked& booked) = 0;
  // Returns when a restart would find the present, or what was the present a little ago, as the
  // store's mark.
  virtual void wait_for_mark() {}
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<OpenStore>(const Clock&, ClockRules)> make;

  // By default the clock is believed whatever it does.
  std::unique_ptr<OpenStore> open(const Clock& clock, ClockRules rules = {}) const {
    return make(clock, std::move(rules));
  }
};

// Those on PostgreSQL are among them when FARTHING_POSTGRES has the URL of a database, and the one on
// Citus when FARTHING_CITUS has that of a database on a coordinator. Their content is lost.
const std::vector<StoreKind>& all_store_kinds();
// The embedded store, with next to nothing in memory that is not in its database yet.
StoreKind rocksdb_with_small_runs();

// A new directory that goes away with this.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path());
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline const Instant kStart = Instant::from_us(1'800'000'000'000'000);

class StoreTest : public ::testing::TestWithParam<StoreKind> {
 protected:
  ManualClock clock_{kStart};
  std::unique_ptr<OpenStore> open_ = GetParam().open(clock_);
  Store& store_ = open_->store();
};

inline std::string name_of_kind(const ::testing::TestParamInfo<StoreKind>& info) {
  return info.param.name;
}

}  // namespace farthing::store::testing
