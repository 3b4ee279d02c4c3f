// SPDX-License-Identifier: Apache-2.0
#include "server/app/setting_types.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <utility>
#include <vector>

#include "server/app/store_location.hpp"

namespace farthing::app {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
constexpr std::int64_t kHoursPerDay = 24;
constexpr std::int64_t kMaxGapDays = 36'500;

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

std::string describe_place() {
  return "HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080, or unix:PATH";
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stopped_at != end) return {};
  return port;
}

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  // An IPv6 address may name the interface behind a "%".
  const std::string address = family == AF_INET6 ? text.substr(0, text.find('%')) : text;
  return address.find('\0') == std::string::npos &&
         ::inet_pton(family, address.c_str(), bytes.data()) == 1;
}

// Turns "[::1]" into "::1". Refuses a bare IPv6 address, which would make it unclear where the port
// begins.
std::optional<std::string> parse_host(std::string_view host) {
  if (host == "localhost") return "127.0.0.1";
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  std::string address(is_bracketed ? host.substr(1, host.size() - 2) : host);
  if (!is_address(is_bracketed ? AF_INET6 : AF_INET, address)) return {};
  return address;
}

BasicResult<http::ListenAddress, std::string> parse_place(std::string_view text,
                                                          std::string_view name) {
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
  return must_be(name, describe_place(), text);
}

std::string show_place(const http::ListenAddress& place) {
  if (place.is_unix()) return std::string(kUnixPrefix) + place.address;
  const bool is_ipv6 = place.address.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + place.address + "]" : place.address) + ":" + std::to_string(place.port);
}

Checked set_store(BasicResult<StoreLocation, std::string> location, std::string_view name,
                  ServerOptions& options) {
  if (!location) return std::string(name) + ": " + location.error();
  options.store = *std::move(location);
  return Done{};
}

}  // namespace

std::string must_be(std::string_view name, std::string_view expected) {
  return std::string(name).append(" must be ").append(expected);
}

std::string must_be(std::string_view name, std::string_view expected, std::string_view text) {
  return must_be(name, expected).append(", and not \"").append(text).append("\"");
}

std::string describe_range(Unit unit, std::int64_t least, std::int64_t most) {
  std::string range = "a whole number";
  if (unit == Unit::milliseconds) range = "a number of milliseconds";
  if (unit == Unit::mebibytes) range = "a number of MiB";
  return range + " from " + std::to_string(least) + " to " + std::to_string(most);
}

std::string describe_rate() {
  return "so many requests in so many seconds, such as \"150/10s\", or \"off\"";
}

Checked set_rate(const SettingValue& value, std::string_view name,
                 std::optional<directory::RateLimit>& limit) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return must_be(name, describe_rate());
  limit = service::parse_rate_limit(*text);
  if (limit || *text == "off") return Done{};
  return must_be(name, describe_rate(), *text);
}

std::string show_rate(const std::optional<directory::RateLimit>& limit) {
  if (!limit) return "off";
  return std::to_string(limit->requests) + "/" + std::to_string(limit->per_s) + "s";
}

std::string describe_file() { return "the path of a file, as a string"; }

const std::string* file_path_in(const SettingValue& value) {
  const auto* path = std::get_if<std::string>(&value);
  return path == nullptr || path->empty() ? nullptr : path;
}

Checked StatementKeyFile::set(const SettingValue& value, std::string_view name,
                              ServerOptions& options) {
  const std::string* path = file_path_in(value);
  if (path == nullptr) return must_be(name, expected());
  options.statement_key_file = *path;
  return Done{};
}

std::string StatementKeyFile::show(const ServerOptions& options) {
  return options.statement_key_file ? options.statement_key_file->string() : std::string();
}

Checked DataDirectory::set(const SettingValue& value, std::string_view name,
                           ServerOptions& options) {
  const auto* path = std::get_if<std::string>(&value);
  if (path == nullptr || path->empty()) return must_be(name, expected());
  options.store = {.data = *path, .database = {}};
  return Done{};
}

Checked DatabaseUrl::set(const SettingValue& value, std::string_view name, ServerOptions& options) {
  const auto* url = std::get_if<std::string>(&value);
  if (url == nullptr) return must_be(name, expected());
  return set_store(database_at(*url), name, options);
}

Checked DatabaseUrlFile::set(const SettingValue& value, std::string_view name,
                             ServerOptions& options) {
  const std::string* path = file_path_in(value);
  if (path == nullptr) return must_be(name, expected());
  return set_store(read_store_file(*path, options.shared_secrets), name, options);
}

std::string Places::expected() { return describe_place() + ", or an array of such strings"; }

Checked Places::set(const SettingValue& value, std::string_view name, ServerOptions& options) {
  std::vector<std::string> texts;
  if (const auto* one = std::get_if<std::string>(&value)) {
    texts = {*one};
  } else if (const auto* several = std::get_if<std::vector<std::string>>(&value)) {
    texts = *several;
  } else {
    return must_be(name, expected());
  }
  std::vector<http::ListenAddress> places;
  for (const std::string& text : texts) {
    auto place = parse_place(text, name);
    if (!place) return std::move(place).error();
    places.push_back(*std::move(place));
  }
  if (places.empty()) return std::string(name) + " must name at least one place";
  options.http.listen = std::move(places);
  return Done{};
}

std::string Places::show(const ServerOptions& options) {
  std::string shown;
  for (const http::ListenAddress& place : options.http.listen) {
    if (!shown.empty()) shown += ", ";
    shown += show_place(place);
  }
  return shown;
}

std::string OperatorsPlace::expected() { return describe_place(); }

Checked OperatorsPlace::set(const SettingValue& value, std::string_view name,
                            ServerOptions& options) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return must_be(name, expected());
  auto place = parse_place(*text, name);
  if (!place) return std::move(place).error();
  options.http.admin = *std::move(place);
  return Done{};
}

std::string OperatorsPlace::show(const ServerOptions& options) {
  return options.http.admin ? show_place(*options.http.admin) : std::string();
}

std::string TrustedNetworks::expected() {
  return "networks such as 10.0.0.0/8 or addresses, without bits behind the prefix";
}

Checked TrustedNetworks::set(const SettingValue& value, std::string_view name,
                             ServerOptions& options) {
  const auto* texts = std::get_if<std::vector<std::string>>(&value);
  if (texts == nullptr) return must_be(name, "an array of strings: " + expected());
  std::vector<IpNetwork> networks;
  for (const std::string& text : *texts) {
    const auto network = IpNetwork::parse(text);
    if (!network) return must_be(name, expected(), text);
    networks.push_back(*network);
  }
  options.http.trusted_proxies = http::TrustedProxies(std::move(networks));
  return Done{};
}

Checked PrefixOfKeys::set(const SettingValue& value, std::string_view name,
                          ServerOptions& options) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return must_be(name, expected());
  auto prefix = KeyPrefix::parse(*text);
  // What was given is not shown: it may be a whole key.
  if (!prefix) return must_be(name, expected());
  options.key_prefix = *std::move(prefix);
  return Done{};
}

std::string NamesOfTags::expected() {
  return "at most 20 different names, each of at most 32 of a-z, 0-9 and _, the first a letter";
}

Checked NamesOfTags::set(const SettingValue& value, std::string_view name, ServerOptions& options) {
  const auto* texts = std::get_if<std::vector<std::string>>(&value);
  if (texts == nullptr) return must_be(name, "an array of strings: " + expected());
  service::TagNames names;
  for (const std::string& text : *texts) {
    const bool is_there = std::ranges::find(names, text) != names.end();
    if (is_there || !service::is_tag_name(text)) return must_be(name, expected(), text);
    names.push_back(text);
  }
  if (names.size() > service::kMaxTagNames) return must_be(name, expected());
  options.tag_names = std::move(names);
  return Done{};
}

std::string LevelOfLog::expected() { return "debug, info, warning or error"; }

Checked LevelOfLog::set(const SettingValue& value, std::string_view name, ServerOptions& options) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return must_be(name, expected());
  const auto* const found = std::ranges::find(kLevels, *text, &NamedLevel::name);
  if (found == kLevels.end()) return must_be(name, expected(), *text);
  options.log_level = found->level;
  return Done{};
}

std::string LevelOfLog::show(const ServerOptions& options) {
  return std::string(std::ranges::find(kLevels, options.log_level, &NamedLevel::level)->name);
}

std::string ClockGap::expected() {
  return "days or hours, such as 40d or 12h, up to " + std::to_string(kMaxGapDays) + "d";
}

Checked ClockGap::set(const SettingValue& value, std::string_view name, ServerOptions& options) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return must_be(name, expected());
  std::int64_t count = 0;
  const char* end = text->data() + text->size();
  const auto [unit, error] = std::from_chars(text->data(), end, count);
  const std::string_view rest(unit, end);
  const std::int64_t hours_each = rest == "d" ? kHoursPerDay : 1;
  const bool is_in_range =
      error == std::errc() && count >= 1 && count <= kMaxGapDays * kHoursPerDay / hours_each;
  if (!is_in_range || (rest != "d" && rest != "h")) return must_be(name, expected(), *text);
  options.max_clock_gap = std::chrono::hours(count * hours_each);
  return Done{};
}

std::string ClockGap::show(const ServerOptions& options) {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(options.max_clock_gap).count();
  const bool is_days = hours % kHoursPerDay == 0;
  return std::to_string(is_days ? hours / kHoursPerDay : hours) + (is_days ? "d" : "h");
}

}  // namespace farthing::app
