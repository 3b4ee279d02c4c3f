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

CLI::Option* add_key_prefix_option(CLI::App& command, std::string& prefix) {
  prefix = KeyPrefix().text();
  return command
      .add_option("--key-prefix", prefix, "The key begins with this, as the server's new ones do")
      ->type_name("PREFIX")
      ->capture_default_str();
}

Result<KeyPrefix> parse_key_prefix(const std::string& prefix) {
  auto parsed = KeyPrefix::parse(prefix);
  // What was given is not shown: it may be a whole key.
  if (!parsed) return usage_problem(fmt::format("--key-prefix must be {}.", KeyPrefix::expected()));
  return *std::move(parsed);
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
