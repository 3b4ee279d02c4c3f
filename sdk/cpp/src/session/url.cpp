// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/url.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "sdk/cpp/src/session/header_rules.hpp"

namespace farthing::sdk {
namespace {

constexpr std::string_view kUnixScheme = "unix:";
constexpr unsigned kReading = CURLU_DISALLOW_USER | CURLU_PATH_AS_IS;

struct UrlCleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlCleanup>;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

bool has_plain_characters(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > 0x20 && c < 0x7F && c != '\\' && c != '#'; });
}

// Returns whether `text` begins with a scheme of HTTP, or none, and then a host and at most a port
// that no reader can take for anything else. libcurl forgives a missing or a third slash, undoes
// escapes in a host and takes a port without digits; nobody else needs to.
bool has_plain_host(std::string_view text) {
  const std::size_t slashes = text.find("//");
  if (slashes == std::string_view::npos) return false;
  const std::string scheme = lower(text.substr(0, slashes));
  if (!scheme.empty() && scheme != "http:" && scheme != "https:") return false;
  const std::string_view behind = text.substr(slashes + 2);
  const std::string_view host = behind.substr(0, behind.find_first_of("/?#"));
  return !host.empty() && !host.ends_with(':') && std::all_of(host.begin(), host.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, CURLU_NO_DEFAULT_PORT) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
  return text;
}

struct SplitUrl {
  std::string origin;
  std::string rest;  // path and query
};

// Reads `text`, which may be relative to what `url` is already.
std::optional<SplitUrl> read(CURLU* url, std::string_view text) {
  if (curl_url_set(url, CURLUPART_URL, std::string(text).c_str(), kReading) != CURLUE_OK) return {};
  const std::string host = lower(part_of(url, CURLUPART_HOST));
  const std::string port = part_of(url, CURLUPART_PORT);
  const std::string query = part_of(url, CURLUPART_QUERY);
  // Older versions of libcurl take a bracket within a name, newer ones the port 0.
  const bool is_name = host.find_first_of("[]:") == std::string::npos;
  if ((!is_name && !host.starts_with('[')) || port == "0") return {};
  // Resolvers and proxies disagree on names with an empty label.
  if (host.starts_with('.') || host.find("..") != std::string::npos) return {};
  SplitUrl parts{.origin = lower(part_of(url, CURLUPART_SCHEME)) + "://" + host,
                 .rest = part_of(url, CURLUPART_PATH)};
  if (!port.empty()) parts.origin.append(":").append(port);
  if (!query.empty()) parts.rest.append("?").append(query);
  return parts;
}

std::optional<BaseUrl> server_at_socket(std::string_view path) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  // Readers disagree on the path in "unix://host/path".
  if (!path.starts_with('/') || path.starts_with("//") || path.ends_with('/')) return {};
  if (std::any_of(path.begin(), path.end(), is_control)) return {};
  return BaseUrl{"http://localhost", "", std::string(path)};
}

}  // namespace

std::optional<BaseUrl> parse_base_url(std::string_view url) {
  if (url.starts_with(kUnixScheme)) return server_at_socket(url.substr(kUnixScheme.size()));
  if (!has_plain_characters(url) || !has_plain_host(url)) return {};
  if (url.find('?') != std::string_view::npos) return {};
  const UrlHandle handle(curl_url());
  auto parts = read(handle.get(), url);
  if (!parts) return {};
  while (parts->rest.ends_with('/')) parts->rest.pop_back();
  return BaseUrl{std::move(parts->origin), std::move(parts->rest)};
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
  location = location.substr(0, location.find('#'));
  if (location.empty() || !has_plain_characters(location)) return {};
  const bool has_scheme = location.find(':') < location.find_first_of("/?");
  const bool has_host = has_scheme || location.starts_with("//");
  if (has_host && !has_plain_host(location)) return {};
  const UrlHandle handle(curl_url());
  const auto current = read(handle.get(), url);
  if (!current) return {};
  const auto target = read(handle.get(), location);
  if (!target || target->origin != current->origin) return {};
  return target->origin + target->rest;
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
