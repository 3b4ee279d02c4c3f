// SPDX-License-Identifier: Apache-2.0
#include "tests/store_conformance/stores.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "base/await.hpp"
#include "base/check.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "server/store/embedded/store_import.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/database_import.hpp"
#include "server/store/postgres/postgres_store.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/schema.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/transfer.hpp"
#include "server/testing/memory_store.hpp"

namespace farthing::store::testing {
namespace {

void import(TransferTarget& target, const std::vector<directory::DirectoryRecord>& records,
            const ledger::Booked& booked) {
  CHECK(target.put_directory(records));
  std::vector<TransferEntry> entries;
  for (std::size_t i = 0; i < booked.size(); ++i) {
    const ledger::Entry& entry = booked.entries()[i];
    entries.push_back({.place = {.organization = entry.organization, .seq = entry.seq},
                       .stored = std::string(booked.stored(i))});
  }
  CHECK(target.add_entries(entries));
}

class OpenMemoryStore final : public OpenStore {
 public:
  OpenMemoryStore(const Clock& clock, ClockRules rules) : store_(clock, std::move(rules)) {}
  Store& store() override { return store_; }
  std::vector<ledger::Entry> entries_of(OrganizationId organization) override {
    return store_.entries_of(organization);
  }
  void reopen() override {}
  void take_over(const std::vector<directory::DirectoryRecord>& records,
                 const ledger::Booked& booked) override {
    store_.take_over(records, booked.entries());
  }

 private:
  MemoryStore store_;
};

class OpenRocksdbStore final : public OpenStore {
 public:
  OpenRocksdbStore(const Clock& clock, ClockRules rules, embedded::RocksdbOptions options = {})
      : options_(std::move(options)) {
    options_.clock_rules = std::move(rules);
    options_.directory = directory_.path();
    options_.clock = &clock;
    options_.shred_delay = std::chrono::milliseconds(20);
    reopen();
  }
  Store& store() override { return *store_; }
  std::vector<ledger::Entry> entries_of(OrganizationId organization) override {
    return store_->entries_of(organization).value();
  }
  void reopen() override {
    store_.reset();
    auto opened = embedded::RocksdbStore::open(options_);
    CHECK(opened);
    store_ = *std::move(opened);
  }
  // Closes the store meanwhile, which writes all that it has.
  std::string stored_bytes() override {
    store_.reset();
    std::string bytes;
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory_.path())) {
      if (!file.is_regular_file()) continue;
      std::ifstream in(file.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(in), {});
    }
    reopen();
    return bytes;
  }
  void take_over(const std::vector<directory::DirectoryRecord>& records,
                 const ledger::Booked& booked) override {
    store_.reset();
    import(*embedded::StoreImport::open(options_).value(), records, booked);
    reopen();
  }

 private:
  TemporaryDirectory directory_;
  embedded::RocksdbOptions options_;
  std::unique_ptr<embedded::RocksdbStore> store_;
};

// Where a PostgreSQL is that tests may do with as they like, or null (tests/support/postgres.py).
const char* postgres_url() { return std::getenv("FARTHING_POSTGRES"); }
// Where a coordinator of Citus is that tests may do with as they like, or null
// (tests/support/citus.py).
const char* citus_url() { return std::getenv("FARTHING_CITUS"); }

// The clock of a database, which goes on when a node's store is closed.
class DatabaseClock final : public Clock {
 public:
  explicit DatabaseClock(const Clock& clock) : clock_(clock) {}
  Instant now() const override { return clock_.now(); }

 private:
  mutable EffectiveClock clock_;
};

class OpenPostgresStore final : public OpenStore {
 public:
  OpenPostgresStore(const Clock& clock, ClockRules rules, postgres::PostgresOptions options,
                    postgres::Spread spread = postgres::Spread::as_it_is)
      : clock_(clock), options_(std::move(options)) {
    options_.clock_rules = std::move(rules);
    // A store that judges its clock needs no help.
    options_.clock = options_.clock_rules.monotonic ? &clock : static_cast<const Clock*>(&clock_);
    const auto connection = postgres::DatabaseConnection::connect(options_.conninfo);
    CHECK(connection);
    CHECK((*connection)->run_script("DROP SCHEMA IF EXISTS farthing CASCADE", kTimeout));
    CHECK(postgres::migrate(**connection, spread));
    reopen();
  }
  Store& store() override { return *store_; }
  std::vector<ledger::Entry> entries_of(OrganizationId organization) override {
    std::vector<ledger::Entry> entries;
    PageRequest<Id128> request{.after = {}, .limit = 1'000};
    for (;;) {
      auto page = await<Result<Page<ledger::Entry>>>(
          [&](auto reply) { store_->list_entries(organization, {}, request, std::move(reply)); });
      CHECK(page);
      for (ledger::Entry& entry : page->records) entries.push_back(std::move(entry));
      if (!page->has_more) return entries;
      request.after = ledger::make_entry_id(entries.back().at, entries.back().seq);
    }
  }
  void wait_for_mark() override {
    const auto connection = postgres::DatabaseConnection::connect(options_.conninfo);
    CHECK(connection);
    const std::array calls = {postgres::Call{postgres::kReadStoreClock}};
    for (;;) {
      const auto rows = (*connection)->run(calls, kTimeout);
      CHECK(rows);
      if (postgres::read_shared_clock(rows->front()).mark) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  void reopen() override {
    store_.reset();
    auto opened = postgres::PostgresStore::open(options_);
    CHECK(opened);
    store_ = *std::move(opened);
  }
  // Returns the rows of every table. Byte strings are in hex.
  std::string stored_bytes() override {
    const auto connection = postgres::DatabaseConnection::connect(options_.conninfo);
    CHECK(connection);
    const auto read = [&](const std::string& sql) {
      const std::array calls = {postgres::Call{postgres::Statement{.sql = sql.c_str()}}};
      const auto answers = (*connection)->run(calls, kTimeout);
      CHECK(answers);
      std::vector<std::string> texts;
      for (std::size_t row = 0; row < answers->front().size(); ++row) {
        texts.emplace_back(answers->front().bytes(row, 0));
      }
      return texts;
    };
    std::string bytes;
    for (const std::string& table :
         read("SELECT convert_to(table_name, 'UTF8') FROM information_schema.tables"
              " WHERE table_schema = 'farthing'")) {
      for (const std::string& row :
           read("SELECT convert_to(t::text, 'UTF8') FROM farthing." + table + " t")) {
        bytes += row + "\n";
      }
    }
    return bytes;
  }
  void take_over(const std::vector<directory::DirectoryRecord>& records,
                 const ledger::Booked& booked) override {
    store_.reset();
    import(*postgres::DatabaseImport::open(options_.conninfo).value(), records, booked);
    reopen();
  }

 private:
  static constexpr std::chrono::milliseconds kTimeout{60'000};

  DatabaseClock clock_;
  postgres::PostgresOptions options_;
  std::unique_ptr<postgres::PostgresStore> store_;
};

std::vector<StoreKind> make_store_kinds() {
  std::vector<StoreKind> kinds = {
      {.name = "Memory",
       .make =
           [](const Clock& clock, ClockRules rules) {
             return std::make_unique<OpenMemoryStore>(clock, std::move(rules));
           }},
      {.name = "Rocksdb",
       .make =
           [](const Clock& clock, ClockRules rules) {
             return std::make_unique<OpenRocksdbStore>(clock, std::move(rules));
           }},
  };
  if (postgres_url() != nullptr) {
    kinds.push_back({.name = "Postgres", .make = [](const Clock& clock, ClockRules rules) {
                       return std::make_unique<OpenPostgresStore>(
                           clock, std::move(rules),
                           postgres::PostgresOptions{.conninfo = postgres_url()});
                     }});
    kinds.push_back(
        {.name = "PostgresByOrganization", .make = [](const Clock& clock, ClockRules rules) {
           return std::make_unique<OpenPostgresStore>(
               clock, std::move(rules),
               postgres::PostgresOptions{.conninfo = postgres_url(),
                                         .is_cut_by_organization = true});
         }});
  }
  if (citus_url() != nullptr) {
    kinds.push_back({.name = "Citus", .make = [](const Clock& clock, ClockRules rules) {
                       return std::make_unique<OpenPostgresStore>(
                           clock, std::move(rules),
                           postgres::PostgresOptions{.conninfo = citus_url()},
                           postgres::Spread::by_citus);
                     }});
  }
  return kinds;
}

}  // namespace

const std::vector<StoreKind>& all_store_kinds() {
  static const std::vector<StoreKind> kinds = make_store_kinds();
  return kinds;
}

StoreKind rocksdb_with_small_runs() {
  return {.name = "RocksdbWithSmallRuns", .make = [](const Clock& clock, ClockRules rules) {
            return std::make_unique<OpenRocksdbStore>(
                clock, std::move(rules),
                embedded::RocksdbOptions{.run_bytes = 16'384, .snapshot_entries = 16});
          }};
}

TemporaryDirectory::TemporaryDirectory(const std::filesystem::path& parent) {
  std::string pattern = (parent / "farthing-XXXXXX").string();
  CHECK(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace farthing::store::testing
