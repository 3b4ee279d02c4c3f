// SPDX-License-Identifier: Apache-2.0
#include "tests/store_conformance/stores.hpp"

#include <cstdlib>
#include <utility>

#include "base/check.hpp"
#include "server/store/memory/memory_store.hpp"
#include "server/store/rocksdb/rocksdb_store.hpp"

namespace farthing::store::testing {
namespace {

class OpenMemoryStore final : public OpenStore {
 public:
  explicit OpenMemoryStore(const Clock& clock) : store_(clock) {}
  Store& store() override { return store_; }
  std::vector<ledger::Entry> entries_of(OrganizationId organization) override {
    return store_.entries_of(organization);
  }
  void reopen() override {}

 private:
  MemoryStore store_;
};

class OpenRocksdbStore final : public OpenStore {
 public:
  explicit OpenRocksdbStore(const Clock& clock, RocksdbOptions options = {})
      : options_(std::move(options)) {
    options_.directory = directory_.path();
    options_.clock = &clock;
    reopen();
  }
  Store& store() override { return *store_; }
  std::vector<ledger::Entry> entries_of(OrganizationId organization) override {
    return store_->entries_of(organization).value();
  }
  void reopen() override {
    store_.reset();
    auto opened = RocksdbStore::open(options_);
    CHECK(opened);
    store_ = *std::move(opened);
  }

 private:
  TemporaryDirectory directory_;
  RocksdbOptions options_;
  std::unique_ptr<RocksdbStore> store_;
};

}  // namespace

const std::vector<StoreKind>& all_store_kinds() {
  static const std::vector<StoreKind> kinds = {
      {.name = "Memory",
       .open = [](const Clock& clock) { return std::make_unique<OpenMemoryStore>(clock); }},
      {.name = "Rocksdb",
       .open = [](const Clock& clock) { return std::make_unique<OpenRocksdbStore>(clock); }},
  };
  return kinds;
}

StoreKind rocksdb_with_small_runs() {
  return {.name = "RocksdbWithSmallRuns", .open = [](const Clock& clock) {
            return std::make_unique<OpenRocksdbStore>(
                clock, RocksdbOptions{.run_bytes = 16'384, .snapshot_entries = 16});
          }};
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "farthing-XXXXXX").string();
  CHECK(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace farthing::store::testing
