// SPDX-License-Identifier: Apache-2.0
// The location of a store: a directory of this machine (the embedded store), or a database that
// many nodes share. The URL of a database may hold a password, so it is kept as a secret and never
// told.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/secret_file_access.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/embedded/journal/disk_space.hpp"
#include "server/store/store.hpp"

namespace farthing::app {

// The environment variable that names a store without an option, by the URL of a database.
inline constexpr const char* kStoreVariable = "FARTHING_STORE";

// The places that the command line names; one of them at most.
struct StoreArguments {
  std::optional<std::string> data;           // a directory
  std::optional<std::string> store;          // a URL without a password
  std::optional<std::string> store_file;     // a file whose first line is a URL
  const char* file_option = "--store-file";  // how the last one was spelled
};

// A directory or a database: one of them is set.
struct StoreLocation {
  std::filesystem::path data;
  Secret database;

  bool is_database() const { return !database.is_empty(); }
};

// Finds the store by the command line, or else by the environment; nothing when neither names it.
// Errors are sentences for the operator.
BasicResult<std::optional<StoreLocation>, std::string> find_store(
    const StoreArguments& arguments, SharedSecrets shared = shared_secrets_from_environment());
// Reads the first line of such a file. A file with a password is refused when others have access to
// it, unless that is allowed.
BasicResult<StoreLocation, std::string> read_store_file(const std::filesystem::path& file,
                                                        SharedSecrets shared);
// Returns the location of a database. `url` must come from a place that others cannot read.
BasicResult<StoreLocation, std::string> database_at(std::string url);

// The events that a store tells the operator while it runs; the functions are called from any
// thread.
struct StoreEvents {
  std::function<void(const std::string&)> on_fatal;  // it cannot go on: the process must end
  std::function<void(const std::string&)> on_event;  // it goes on, or tries to
};

// The memory that the embedded store may take, in bytes; a database has its own.
struct StoreMemory {
  std::size_t cache_bytes = std::size_t{256} << 20;      // of what is read from disk
  std::size_t key_filter_bytes = std::size_t{64} << 20;  // what tells fresh idempotency keys
  std::size_t run_bytes = std::size_t{32} << 20;  // of movements that are put on disk at once
};

inline constexpr std::chrono::milliseconds kDefaultEraseAfter = std::chrono::minutes(10);

// The bounds that a store in a directory keeps to.
struct DirectoryBounds {
  store::embedded::DiskMarks disk_marks;
  StoreMemory memory;
  // What was erased leaves the files so long after the first erasure that waits for it.
  std::chrono::milliseconds erase_after = kDefaultEraseAfter;
};

// Opens a store. `bounds` are for a directory. A store that is made in one is taken away again when
// it closes while `is_started` says false; null: it stays.
Result<std::unique_ptr<store::Store>> open_store(
    const StoreLocation& location, StoreEvents events, const DirectoryBounds& bounds = {},
    std::shared_ptr<const std::atomic<bool>> is_started = {},
    std::chrono::microseconds max_clock_gap = store::ClockRules::kDefaultMaxGap);

}  // namespace farthing::app
