// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace farthing::sdk {
namespace {

constexpr std::string_view kUnixScheme = "unix:";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

// A name or an IPv4 address; IPv6 in brackets. Nothing that some reader could take for the end of
// the host.
bool is_host(std::string_view host) {
  if (host.empty()) return false;
  if (host.front() == '[') {
    return host.size() > 2 && host.back() == ']' &&
           host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
  }
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(),
                     [](char c) { return c > 0x20 && c < 0x7F && c != '\\' && c != '#'; });
}

// "https://Host:443" as "https://host"; nothing when it is not a scheme and an authority.
std::optional<std::string> canonical_origin(std::string_view scheme, std::string_view authority) {
  const bool is_https = lower(scheme) == "https";
  if (!is_https && lower(scheme) != "http") return {};
  std::string_view host = authority;
  std::uint16_t port = is_https ? 443 : 80;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    host = authority.substr(0, colon);
    const std::string_view digits = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return {};
  }
  if (!is_host(host)) return {};
  std::string origin = lower(scheme) + "://" + lower(host);
  if (port != (is_https ? 443 : 80)) origin.append(":").append(std::to_string(port));
  return origin;
}

struct SplitUrl {
  std::string origin;
  std::string_view rest;  // path and query, or empty
};

std::optional<SplitUrl> split(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return {};
  const std::string_view behind = url.substr(colon + 3);
  const std::size_t end = std::min(behind.find_first_of("/?#"), behind.size());
  auto origin = canonical_origin(url.substr(0, colon), behind.substr(0, end));
  if (!origin) return {};
  return SplitUrl{std::move(*origin), behind.substr(end)};
}

std::optional<BaseUrl> server_at_socket(std::string_view path) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  // "unix://host/path" would be read as another path than it looks like.
  if (!path.starts_with('/') || path.starts_with("//") || path.ends_with('/')) return {};
  if (std::any_of(path.begin(), path.end(), is_control)) return {};
  return BaseUrl{"http://localhost", "", std::string(path)};
}

}  // namespace

std::optional<BaseUrl> parse_base_url(std::string_view url) {
  if (url.starts_with(kUnixScheme)) return server_at_socket(url.substr(kUnixScheme.size()));
  const auto parts = split(url);
  if (!parts || !is_path(parts->rest)) return {};
  std::string_view path = parts->rest;
  if (path.find('?') != std::string_view::npos) return {};
  while (path.ends_with('/')) path.remove_suffix(1);
  return BaseUrl{parts->origin, std::string(path)};
}

std::string host_of(const BaseUrl& server) {
  std::string_view host = server.origin;
  host.remove_prefix(host.find("://") + 3);
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
    host = host.substr(0, colon);
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  return std::string(host);
}

std::optional<std::string> same_origin_target(std::string_view url, std::string_view location) {
  const auto current = split(url);
  if (!current) return {};
  location = location.substr(0, location.find('#'));
  std::string absolute;
  if (location.find("://") < location.find_first_of("/?")) {
    absolute = location;
  } else if (location.starts_with("//")) {
    absolute = current->origin.substr(0, current->origin.find(':') + 1);
    absolute += location;
  } else if (location.starts_with('/')) {
    absolute = current->origin;
    absolute += location;
  } else if (!location.empty() && location.find(':') >= location.find_first_of("/?")) {
    // Relative to the folder of the current path.
    const std::string_view path = current->rest.substr(0, current->rest.find('?'));
    absolute = current->origin;
    absolute += path.substr(0, path.rfind('/') + 1);
    if (absolute.size() == current->origin.size()) absolute += '/';
    absolute += location;
  } else {
    return {};
  }
  const auto target = split(absolute);
  if (!target || target->origin != current->origin || !is_path(target->rest)) return {};
  return target->origin + (target->rest.starts_with('/') ? "" : "/") + std::string(target->rest);
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 0xF]);
    }
  }
  return out;
}

}  // namespace farthing::sdk
