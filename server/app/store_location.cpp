// SPDX-License-Identifier: Apache-2.0
#include "server/app/store_location.hpp"

#include <cstdlib>
#include <utility>

#include "server/app/secret_file.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/postgres_store.hpp"

namespace farthing::app {
namespace {

using store::postgres::DatabaseConnection;

Result<std::unique_ptr<store::Store>> open_directory(
    const std::filesystem::path& directory, StoreEvents events, const DirectoryBounds& bounds,
    std::shared_ptr<const std::atomic<bool>> is_started, store::ClockRules clock_rules) {
  constexpr std::size_t kRunsThatWait = 4;
  store::embedded::RocksdbOptions options;
  options.directory = directory;
  options.disk_marks = bounds.disk_marks;
  options.cache_bytes = bounds.memory.cache_bytes;
  options.key_filter_bytes = bounds.memory.key_filter_bytes;
  options.run_bytes = bounds.memory.run_bytes;
  options.backlog_bytes = kRunsThatWait * bounds.memory.run_bytes;
  options.shred_delay = bounds.erase_after;
  options.is_started = std::move(is_started);
  options.clock_rules = std::move(clock_rules);
  options.on_fatal_error = std::move(events.on_fatal);
  options.on_event = std::move(events.on_event);
  auto opened = store::embedded::RocksdbStore::open(std::move(options));
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<store::Store>(*std::move(opened));
}

Result<std::unique_ptr<store::Store>> open_database(const Secret& url, StoreEvents events,
                                                    store::ClockRules clock_rules) {
  store::postgres::PostgresOptions options;
  options.conninfo = url.reveal();
  options.clock_rules = std::move(clock_rules);
  options.on_event = std::move(events.on_event);
  auto opened = store::postgres::PostgresStore::open(std::move(options));
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<store::Store>(*std::move(opened));
}

}  // namespace

BasicResult<StoreLocation, std::string> database_at(std::string url) {
  if (!url.starts_with("postgres://") && !url.starts_with("postgresql://")) {
    return std::string("the store must be a URL that begins with postgres://");
  }
  if (auto fault = DatabaseConnection::find_fault(url); !fault.empty()) {
    return "the store's URL cannot be read: " + fault;
  }
  return StoreLocation{.data = {}, .database = Secret(std::move(url))};
}

BasicResult<StoreLocation, std::string> read_store_file(const std::filesystem::path& file,
                                                        SharedSecrets shared) {
  auto line = read_named_secret(file, SharedSecrets::allowed);
  if (!line) return std::move(line).error();
  if (!*line) return "there is no file " + file.string();
  const std::string url((*line)->reveal());
  auto location = database_at(url);
  if (!location) return "in " + file.string() + ": " + location.error();
  // Without a password there is nothing to hide.
  if (DatabaseConnection::has_password(url)) {
    if (auto done = check_secret_file(file, shared); !done) return done.error();
  }
  return location;
}

BasicResult<std::optional<StoreLocation>, std::string> find_store(const StoreArguments& arguments,
                                                                  SharedSecrets shared) {
  const int count =
      (arguments.data ? 1 : 0) + (arguments.store ? 1 : 0) + (arguments.store_file ? 1 : 0);
  if (count > 1) return std::string("give one of --data, --store and --store-file");
  if (arguments.data) {
    return std::optional(StoreLocation{.data = *arguments.data, .database = {}});
  }
  BasicResult<StoreLocation, std::string> found = std::string();
  if (arguments.store_file) {
    found = read_store_file(*arguments.store_file, shared);
  } else if (arguments.store) {
    if (DatabaseConnection::has_password(*arguments.store)) {
      return std::string(
                 "a password does not belong on the command line, where every user of this machine "
                 "can read it: use ") +
             arguments.file_option + ", " + kStoreVariable +
             ", PGPASSWORD or a password file of libpq";
    }
    found = database_at(*arguments.store);
  } else if (const char* url = std::getenv(kStoreVariable); url != nullptr && *url != '\0') {
    found = database_at(url);
    if (!found) return std::string(kStoreVariable) + ": " + found.error();
  } else {
    return std::optional<StoreLocation>();
  }
  if (!found) return std::move(found).error();
  return std::optional(*std::move(found));
}

Result<std::unique_ptr<store::Store>> open_store(
    const StoreLocation& location, StoreEvents events, const DirectoryBounds& bounds,
    std::shared_ptr<const std::atomic<bool>> is_started, std::chrono::microseconds max_clock_gap) {
  auto rules = store::system_clock_rules(max_clock_gap);
  return location.is_database()
             ? open_database(location.database, std::move(events), std::move(rules))
             : open_directory(location.data, std::move(events), bounds, std::move(is_started),
                              std::move(rules));
}

}  // namespace farthing::app
