// SPDX-License-Identifier: Apache-2.0
#include "server/app/server_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <thread>
#include <utility>

#include "server/app/config_file.hpp"

namespace farthing::app {
namespace {

using Checked = BasicResult<Done, std::string>;

constexpr std::int64_t kMaxThreads = 256;
constexpr std::string_view kUnixPrefix = "unix:";

struct NamedLevel {
  std::string_view name;
  LogLevel level;
};
constexpr std::array kLevels = {
    NamedLevel{"debug", LogLevel::debug},
    NamedLevel{"info", LogLevel::info},
    NamedLevel{"warning", LogLevel::warning},
    NamedLevel{"error", LogLevel::error},
};

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stopped_at != end) return {};
  return port;
}

// "[::1]" to "::1"; a bare IPv6 address would make it unclear where the port begins.
std::optional<std::string> parse_host(std::string_view host) {
  if (host == "localhost") return "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return {};
  if (host.empty()) return {};
  return std::string(host);
}

void set_tls(const ServeArguments& arguments, ServerOptions& options) {
  if (!arguments.tls_certificate && !arguments.tls_key) return;
  if (!options.tls) options.tls.emplace();
  if (arguments.tls_certificate) options.tls->certificate = *arguments.tls_certificate;
  if (arguments.tls_key) options.tls->key = *arguments.tls_key;
}

Checked apply(const ServeArguments& arguments, ServerOptions& options) {
  auto store = find_store(arguments.store, options.shared_secrets);
  if (!store) return std::move(store).error();
  if (*store) options.store = **std::move(store);
  if (!arguments.listen.empty()) {
    if (auto done = set_listen(arguments.listen, options.http); !done) return done;
  }
  if (arguments.admin_listen) {
    if (auto done = set_admin_listen(*arguments.admin_listen, options.http); !done) return done;
  }
  if (!arguments.trusted_proxies.empty()) {
    if (auto done = set_trusted_proxies(arguments.trusted_proxies, options.http); !done) {
      return done;
    }
  }
  set_tls(arguments, options);
  if (arguments.statement_key) options.statement_key_file = *arguments.statement_key;
  if (arguments.threads) {
    if (auto done = set_threads(*arguments.threads, options.http); !done) return done;
  }
  if (arguments.user_key_rate) {
    auto done =
        set_rate_limit(*arguments.user_key_rate, "user_key_rate", options.rate_limits.user_keys);
    if (!done) return done;
  }
  if (arguments.log_level) return set_log_level(*arguments.log_level, options);
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
  return options;
}

BasicResult<http::ListenAddress, std::string> parse_listen(std::string_view text,
                                                           std::string_view setting) {
  if (text.starts_with(kUnixPrefix)) {
    const std::filesystem::path path(text.substr(kUnixPrefix.size()));
    const bool is_cut = text.find('\0') != std::string_view::npos;  // by the system, there
    if (!path.empty() && !is_cut) {
      return http::ListenAddress{.address = std::filesystem::absolute(path)};
    }
  }
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    auto host = parse_host(text.substr(0, colon));
    const auto port = parse_port(text.substr(colon + 1));
    if (host && port) return http::ListenAddress{.address = *std::move(host), .port = *port};
  }
  return std::string(setting) +
         " must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080, or unix:PATH, and not \"" +
         std::string(text) + "\"";
}

Checked set_rate_limit(std::string_view text, std::string_view name,
                       std::optional<directory::RateLimit>& limit) {
  limit = service::parse_rate_limit(text);
  if (limit || text == "off") return Done{};
  return std::string(name) +
         " must be so many requests in so many seconds, such as 150/10s, or off, and not \"" +
         std::string(text) + "\"";
}

Checked set_listen(const std::vector<std::string>& places, http::ServerOptions& options) {
  std::vector<http::ListenAddress> addresses;
  for (const std::string& place : places) {
    auto address = parse_listen(place, "listen");
    if (!address) return std::move(address).error();
    addresses.push_back(*std::move(address));
  }
  if (addresses.empty()) return std::string("listen must name at least one place");
  options.listen = std::move(addresses);
  return Done{};
}

Checked set_admin_listen(std::string_view text, http::ServerOptions& options) {
  auto address = parse_listen(text, "admin_listen");
  if (!address) return std::move(address).error();
  options.admin = *std::move(address);
  return Done{};
}

Checked set_max_clock_gap(std::string_view text, ServerOptions& options) {
  constexpr std::int64_t kMaxHours = std::int64_t{36'500} * 24;
  std::int64_t count = 0;
  const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view rest = text.substr(static_cast<std::size_t>(unit - text.data()));
  const std::int64_t hours_each = rest == "d" ? 24 : 1;
  const bool is_in_range = error == std::errc() && count >= 1 && count <= kMaxHours / hours_each;
  if (!is_in_range || (rest != "d" && rest != "h")) {
    return "max_clock_gap must be days or hours, such as 40d or 12h, up to 36500d, and not \"" +
           std::string(text) + "\"";
  }
  options.max_clock_gap = std::chrono::hours(count * hours_each);
  return Done{};
}

Checked set_trusted_proxies(const std::vector<std::string>& networks,
                            http::ServerOptions& options) {
  std::vector<IpNetwork> parsed;
  for (const std::string& text : networks) {
    const auto network = IpNetwork::parse(text);
    if (!network) {
      return "trusted_proxies must be networks such as 10.0.0.0/8 or addresses, without bits "
             "behind the prefix, and not \"" +
             text + "\"";
    }
    parsed.push_back(*network);
  }
  options.trusted_proxies = http::TrustedProxies(std::move(parsed));
  return Done{};
}

Checked set_threads(std::int64_t threads, http::ServerOptions& options) {
  if (threads < 1 || threads > kMaxThreads) {
    return "threads must be 1 to 256, and not " + std::to_string(threads);
  }
  options.threads = static_cast<std::size_t>(threads);
  return Done{};
}

Checked set_log_level(std::string_view name, ServerOptions& options) {
  const auto* const found = std::ranges::find(kLevels, name, &NamedLevel::name);
  if (found == kLevels.end()) {
    return "log_level must be debug, info, warning or error, and not \"" + std::string(name) + "\"";
  }
  options.log_level = found->level;
  return Done{};
}

}  // namespace farthing::app
