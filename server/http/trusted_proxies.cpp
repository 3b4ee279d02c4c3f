// SPDX-License-Identifier: Apache-2.0
#include "server/http/trusted_proxies.hpp"

#include <algorithm>
#include <optional>

#include "server/http/ascii.hpp"

namespace farthing::http {
namespace {

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_port(std::string_view text) {
  constexpr std::size_t kMostDigits = 5;
  return !text.empty() && text.size() <= kMostDigits && std::ranges::all_of(text, is_digit);
}

// Reads what the proxies in use write: "192.0.2.1", "192.0.2.1:4711", "2001:db8::1",
// "[2001:db8::1]", "[2001:db8::1]:4711".
std::optional<IpAddress> parse_element(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
    const std::string_view inside = text.substr(1, end - 1);
    return inside.find(':') == std::string_view::npos ? std::nullopt : IpAddress::parse(inside);
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon == text.rfind(':')) {
    if (!is_port(text.substr(colon + 1))) return {};
    return IpAddress::parse(text.substr(0, colon));
  }
  return IpAddress::parse(text);
}

}  // namespace

bool TrustedProxies::include(const IpAddress& address) const {
  return std::ranges::any_of(networks_,
                             [&](const IpNetwork& network) { return network.contains(address); });
}

bool TrustedProxies::follow(std::string_view line, IpAddress& client) const {
  while (!line.empty()) {
    if (!include(client)) return false;
    // Without a comma rfind returns npos, and npos + 1 is the begin.
    const std::size_t begin = line.rfind(',') + 1;
    const std::string_view element = without_blanks(line.substr(begin));
    line = line.substr(0, begin == 0 ? 0 : begin - 1);
    if (element.empty()) continue;
    const auto address = parse_element(element);
    if (!address) return false;
    client = *address;
  }
  return true;
}

}  // namespace farthing::http
