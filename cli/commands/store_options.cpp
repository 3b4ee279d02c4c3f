// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/store_options.hpp"

#include <fmt/format.h>

#include <utility>

namespace farthing::cli {

void add_store_options(CLI::App& command, app::StoreArguments& arguments,
                       const std::string& about_data) {
  command.add_option("--data", arguments.data, about_data)->type_name("DIR");
  add_database_options(command, arguments);
}

void add_database_options(CLI::App& command, app::StoreArguments& arguments) {
  command
      .add_option("--store", arguments.store,
                  "A PostgreSQL database: postgres://user@host/database, without a password")
      ->type_name("URL");
  command
      .add_option("--store-file", arguments.store_file,
                  "A file whose first line is the URL, with a password if need be")
      ->type_name("FILE");
}

Result<app::StoreLocation> find_location(const app::StoreArguments& arguments) {
  auto location = app::find_store(arguments);
  if (!location) return usage_problem(fmt::format("{}.", location.error()));
  if (!*location) {
    return usage_problem(
        fmt::format("Say where the store is: --data DIR, --store URL, "
                    "--store-file FILE or {}.",
                    app::kStoreVariable));
  }
  return **std::move(location);
}

Result<app::StoreLocation> find_database(const app::StoreArguments& arguments) {
  auto location = app::find_store(arguments);
  if (!location) return usage_problem(fmt::format("{}.", location.error()));
  if (!*location || !(*location)->is_database()) {
    return usage_problem(fmt::format("Say which database: --store URL, --store-file FILE or {}.",
                                     app::kStoreVariable));
  }
  return **std::move(location);
}

}  // namespace farthing::cli
