// SPDX-License-Identifier: Apache-2.0
#include "server/app/server_options.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>
#include <utility>

#include "server/app/config_file.hpp"
#include "server/app/settings.hpp"

namespace farthing::app {
namespace {

// They exclude each other on the command line, a password must not be there, and the environment
// stands between it and the file.
constexpr std::array<std::string_view, 3> kPlacesOfStore = {"data", "store", "store_file"};

bool is_place_of_store(std::string_view key) {
  return std::ranges::find(kPlacesOfStore, key) != kPlacesOfStore.end();
}

std::optional<std::string> find_word(const ServeArguments& arguments, std::string_view key) {
  const auto found = arguments.settings.find(key);
  if (found == arguments.settings.end()) return {};
  return found->second.back();
}

Checked set_store(const ServeArguments& arguments, ServerOptions& options) {
  auto store = find_store({.data = find_word(arguments, "data"),
                           .store = find_word(arguments, "store"),
                           .store_file = find_word(arguments, "store_file")},
                          options.shared_secrets);
  if (!store) return std::move(store).error();
  if (*store) options.store = **std::move(store);
  return Done{};
}

Checked apply(const ServeArguments& arguments, ServerOptions& options) {
  if (auto done = set_store(arguments, options); !done) return done;
  for (const Setting& setting : all_settings()) {
    const auto given = arguments.settings.find(setting.key);
    if (given == arguments.settings.end() || is_place_of_store(setting.key)) continue;
    auto done = set_from_command_line(setting, given->second, options);
    if (!done) return done;
  }
  return Done{};
}

// Checks what no setting can tell by itself.
Checked check_together(const ServerOptions& options) {
  if (options.store.data.empty() && !options.store.is_database()) {
    return std::string(
        "say where the data is to be: --data DIR or --store URL, or data or store in the "
        "configuration");
  }
  const store::embedded::DiskMarks& marks = options.disk_marks;
  if (marks.acts_bytes < marks.movements_bytes || marks.movements_bytes < marks.everything_bytes) {
    return std::string(
        "disk.acts_stop_at_mib must be at least disk.movements_stop_at_mib, and that at least "
        "disk.everything_stops_at_mib");
  }
  if (options.tls && (options.tls->certificate.empty() || options.tls->key.empty())) {
    return std::string("tls_certificate and tls_key are only of use together");
  }
  return Done{};
}

}  // namespace

BasicResult<ServerOptions, std::string> resolve_options(const ServeArguments& arguments) {
  ServerOptions options;
  options.http.threads = std::max(1U, std::thread::hardware_concurrency());
  options.shared_secrets = shared_secrets_from_environment();
  if (arguments.config) {
    if (auto done = read_config_file(*arguments.config, options); !done) return done.error();
  }
  if (auto done = apply(arguments, options); !done) return done.error();
  if (auto done = check_together(options); !done) return done.error();
  return options;
}

}  // namespace farthing::app
