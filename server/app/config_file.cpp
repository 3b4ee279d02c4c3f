// SPDX-License-Identifier: Apache-2.0
#include "server/app/config_file.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "server/app/secret_file.hpp"
#include "server/store/postgres/connection.hpp"

namespace farthing::app {
namespace {

using Checked = BasicResult<Done, std::string>;
// Sets what the node says; `name` is the setting's, for the error.
using Apply = Checked (*)(const toml::node&, std::string_view name, ServerOptions&);

struct Setting {
  std::string_view name;
  Apply apply;
};

Checked must_be(std::string_view name, std::string_view expected) {
  return std::string(name).append(" must be ").append(expected);
}

// A setting that counts something, 1 to `kMax`.
template <auto kMember, std::int64_t kMax>
Checked apply_count(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > kMax) {
    return must_be(name, "a whole number from 1 to " + std::to_string(kMax));
  }
  options.http.*kMember = static_cast<std::size_t>(*value);
  return Done{};
}

// A setting in milliseconds, up to a day.
template <auto kMember>
Checked apply_ms(const toml::node& node, std::string_view name, ServerOptions& options) {
  constexpr std::int64_t kMaxMs = 86'400'000;
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > kMaxMs) {
    return must_be(name, "a number of milliseconds from 1 to " + std::to_string(kMaxMs));
  }
  options.http.*kMember = std::chrono::milliseconds(*value);
  return Done{};
}

Checked apply_data(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value || value->empty()) return must_be(name, "the path of a directory, as a string");
  options.store = {.data = *value, .database = {}};
  return Done{};
}

Checked set_store(BasicResult<StoreLocation, std::string> location, std::string_view name,
                  ServerOptions& options) {
  if (!location) return std::string(name) + ": " + location.error();
  options.store = *std::move(location);
  return Done{};
}

Checked apply_store(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value) return must_be(name, "the URL of a database, as a string");
  return set_store(database_at(*value), name, options);
}

Checked apply_store_file(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value) return must_be(name, "the path of a file, as a string");
  return set_store(read_store_file(*value, options.shared_secrets), name, options);
}

// Nothing unless the node is an array of strings.
std::optional<std::vector<std::string>> strings_of(const toml::node& node) {
  const toml::array* array = node.as_array();
  if (array == nullptr) return {};
  std::vector<std::string> strings;
  for (const toml::node& element : *array) {
    auto value = element.value_exact<std::string>();
    if (!value) return {};
    strings.push_back(*std::move(value));
  }
  return strings;
}

Checked apply_listen(const toml::node& node, std::string_view name, ServerOptions& options) {
  if (auto value = node.value_exact<std::string>()) {
    return set_listen({*std::move(value)}, options.http);
  }
  const auto places = strings_of(node);
  if (!places) return must_be(name, "a string or an array of strings");
  return set_listen(*places, options.http);
}

Checked apply_admin_listen(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value) return must_be(name, "a string");
  return set_admin_listen(*value, options.http);
}

// A file of the pair that TLS needs.
template <auto kMember>
Checked apply_tls_file(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value || value->empty()) return must_be(name, "the path of a file, as a string");
  if (!options.tls) options.tls.emplace();
  *options.tls.*kMember = *value;
  return Done{};
}

Checked apply_statement_key(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value || value->empty()) return must_be(name, "the path of a file, as a string");
  options.statement_key_file = *value;
  return Done{};
}

Checked apply_trusted_proxies(const toml::node& node, std::string_view name,
                              ServerOptions& options) {
  const auto networks = strings_of(node);
  if (!networks) return must_be(name, "an array of networks, as strings");
  return set_trusted_proxies(*networks, options.http);
}

Checked apply_threads(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value) return must_be(name, "a whole number");
  return set_threads(*value, options.http);
}

Checked apply_log_level(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value) return must_be(name, "a string");
  return set_log_level(*value, options);
}

Checked apply_max_clock_gap(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value) return must_be(name, "a string such as \"40d\"");
  return set_max_clock_gap(*value, options);
}

Checked apply_core_dumps(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<bool>();
  if (!value) return must_be(name, "true or false");
  options.core_dumps = *value ? CoreDumps::allowed : CoreDumps::forbidden;
  return Done{};
}

constexpr std::string_view kSharedSecretFiles = "shared_secret_files";

Checked apply_shared_secret_files(const toml::node& node, std::string_view name,
                                  ServerOptions& options) {
  const auto value = node.value_exact<bool>();
  if (!value) return must_be(name, "true or false");
  options.shared_secrets = *value ? SharedSecrets::allowed : SharedSecrets::refused;
  return Done{};
}

using Http = http::ServerOptions;

constexpr std::array kLimits = {
    Setting{"connections", apply_count<&Http::max_connections, 1'000'000>},
    Setting{"head_bytes", apply_count<&Http::max_head, 65'535>},
    Setting{"target_bytes", apply_count<&Http::max_target, 65'535>},
    Setting{"headers", apply_count<&Http::max_headers, 1'000>},
    Setting{"body_bytes", apply_count<&Http::max_body, 1'073'741'824>},
    Setting{"request_memory_bytes", apply_count<&Http::request_memory, 1'099'511'627'776>},
    Setting{"handshake_timeout_ms", apply_ms<&Http::handshake_timeout>},
    Setting{"idle_timeout_ms", apply_ms<&Http::idle_timeout>},
    Setting{"head_timeout_ms", apply_ms<&Http::head_timeout>},
    Setting{"body_timeout_ms", apply_ms<&Http::body_timeout>},
    Setting{"handler_timeout_ms", apply_ms<&Http::handler_timeout>},
    Setting{"write_timeout_ms", apply_ms<&Http::write_timeout>},
    Setting{"shutdown_timeout_ms", apply_ms<&Http::shutdown_timeout>},
};

template <std::size_t kSize>
Checked apply_table(const toml::table& table, const std::array<Setting, kSize>& settings,
                    std::string_view prefix, ServerOptions& options) {
  for (const auto& [key, node] : table) {
    const std::string name = std::string(prefix).append(key.str());
    const auto* const setting = std::ranges::find(settings, key.str(), &Setting::name);
    if (setting == settings.end()) return "there is no setting \"" + name + "\"";
    if (auto done = setting->apply(node, name, options); !done) return done;
  }
  return Done{};
}

Checked apply_limits(const toml::node& node, std::string_view name, ServerOptions& options) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return must_be(name, "a table");
  return apply_table(*table, kLimits, "limits.", options);
}

template <auto kMember>
Checked apply_rate(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value) return must_be(name, "a string such as \"150/10s\"");
  return set_rate_limit(*value, name, options.rate_limits.*kMember);
}

Checked apply_user_acts(const toml::node& node, std::string_view name, ServerOptions& options) {
  const auto value = node.value_exact<std::string>();
  if (!value) return must_be(name, "a string such as \"60/60s\"");
  return set_rate_limit(*value, name, options.user_limits.acts);
}

Checked apply_live_keys(const toml::node& node, std::string_view name, ServerOptions& options) {
  constexpr std::int64_t kMaxLiveKeys = 10'000;
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > kMaxLiveKeys) {
    return must_be(name, "a whole number from 1 to " + std::to_string(kMaxLiveKeys));
  }
  options.user_limits.live_keys = static_cast<std::uint32_t>(*value);
  return Done{};
}

constexpr std::array kUserLimits = {
    Setting{"acts", apply_user_acts},
    Setting{"live_keys", apply_live_keys},
};

// A mark of free disk, in MiB, up to a PiB.
template <auto kMember>
Checked apply_mark(const toml::node& node, std::string_view name, ServerOptions& options) {
  constexpr std::int64_t kMaxMib = std::int64_t{1} << 30;
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 0 || *value > kMaxMib) {
    return must_be(name, "a number of MiB from 0 to " + std::to_string(kMaxMib));
  }
  options.disk_marks.*kMember = static_cast<std::uint64_t>(*value) << 20;
  return Done{};
}

constexpr std::array kDisk = {
    Setting{"acts_stop_at_mib", apply_mark<&store::embedded::DiskMarks::acts_bytes>},
    Setting{"movements_stop_at_mib", apply_mark<&store::embedded::DiskMarks::movements_bytes>},
    Setting{"everything_stops_at_mib", apply_mark<&store::embedded::DiskMarks::everything_bytes>},
};

Checked apply_disk(const toml::node& node, std::string_view name, ServerOptions& options) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return must_be(name, "a table");
  return apply_table(*table, kDisk, "disk.", options);
}

constexpr std::array kRateLimits = {
    Setting{"user_keys", apply_rate<&service::RateLimits::user_keys>},
    Setting{"failures", apply_rate<&service::RateLimits::failures>},
};

Checked apply_rate_limits(const toml::node& node, std::string_view name, ServerOptions& options) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return must_be(name, "a table");
  return apply_table(*table, kRateLimits, "rate_limits.", options);
}

Checked apply_user_limits(const toml::node& node, std::string_view name, ServerOptions& options) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return must_be(name, "a table");
  return apply_table(*table, kUserLimits, "user_limits.", options);
}

// A part of the embedded store's memory, in MiB.
template <auto kMember, std::int64_t kMaxMib>
Checked apply_mib(const toml::node& node, std::string_view name, ServerOptions& options) {
  constexpr int kMib = 20;
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > kMaxMib) {
    return must_be(name, "a number of MiB from 1 to " + std::to_string(kMaxMib));
  }
  options.memory.*kMember = static_cast<std::size_t>(*value) << kMib;
  return Done{};
}

constexpr std::array kMemory = {
    Setting{"cache_mib", apply_mib<&StoreMemory::cache_bytes, 1'048'576>},
    Setting{"key_filter_mib", apply_mib<&StoreMemory::key_filter_bytes, 1'048'576>},
    Setting{"run_mib", apply_mib<&StoreMemory::run_bytes, 1'024>},
};

Checked apply_memory(const toml::node& node, std::string_view name, ServerOptions& options) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return must_be(name, "a table");
  return apply_table(*table, kMemory, "memory.", options);
}

constexpr std::array kSettings = {
    Setting{"data", apply_data},
    Setting{"store", apply_store},
    Setting{"store_file", apply_store_file},
    Setting{"listen", apply_listen},
    Setting{"admin_listen", apply_admin_listen},
    Setting{"tls_certificate", apply_tls_file<&http::TlsFiles::certificate>},
    Setting{"tls_key", apply_tls_file<&http::TlsFiles::key>},
    Setting{"statement_key", apply_statement_key},
    Setting{"trusted_proxies", apply_trusted_proxies},
    Setting{"threads", apply_threads},
    Setting{"log_level", apply_log_level},
    Setting{"core_dumps", apply_core_dumps},
    Setting{"disk", apply_disk},
    Setting{kSharedSecretFiles, apply_shared_secret_files},
    Setting{"max_clock_gap", apply_max_clock_gap},
    Setting{"limits", apply_limits},
    Setting{"rate_limits", apply_rate_limits},
    Setting{"user_limits", apply_user_limits},
    Setting{"memory", apply_memory},
};

// First what says how the files that others name are to be read.
Checked apply_settings(const toml::table& table, ServerOptions& options) {
  if (const toml::node* node = table.get(kSharedSecretFiles)) {
    auto done = apply_shared_secret_files(*node, kSharedSecretFiles, options);
    if (!done) return done;
  }
  return apply_table(table, kSettings, "", options);
}

// A URL with a password makes the configuration itself a file with a secret.
Checked check_own_secret(const std::filesystem::path& path, const toml::table& table,
                         const ServerOptions& options) {
  const auto url = table["store"].value_exact<std::string>();
  if (!url || !store::postgres::Connection::has_password(*url)) return Done{};
  return check_secret_file(path, options.shared_secrets);
}

std::string at_line(const toml::parse_error& error) {
  return std::string(error.description()) + " (line " + std::to_string(error.source().begin.line) +
         ")";
}

}  // namespace

Checked read_config_file(const std::filesystem::path& path, ServerOptions& options) {
  const std::string in_file = "in the configuration file " + path.string() + ": ";
  try {
    const toml::table table = toml::parse_file(path.string());
    if (auto done = apply_settings(table, options); !done) return in_file + done.error();
    if (auto done = check_own_secret(path, table, options); !done) return done;
  } catch (const toml::parse_error& error) {
    return in_file + at_line(error);
  }
  return Done{};
}

}  // namespace farthing::app
