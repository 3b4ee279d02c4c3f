// SPDX-License-Identifier: Apache-2.0
// Any bytes as X-Forwarded-For, a header's line each, from a trusted proxy: whoever is found, what
// stands further left cannot change it, and how the list is divided into lines does not matter.
#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "server/http/trusted_proxies.hpp"

namespace {

using namespace farthing;

const http::TrustedProxies& proxies() {
  static const http::TrustedProxies trusted(
      {*IpNetwork::parse("10.0.0.0/8"), *IpNetwork::parse("2001:db8::/32")});
  return trusted;
}

IpAddress client_of(const IpAddress& peer, const std::vector<std::string>& lines) {
  IpAddress client = peer;
  for (const std::string& line : std::views::reverse(lines)) {
    if (!proxies().follow(line, client)) break;
  }
  return client;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t end = 0; end != std::string_view::npos; text.remove_prefix(end + 1)) {
    end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
  }
  return parts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> lines = split(text, '\n');
  const IpAddress proxy = *IpAddress::parse("10.0.0.1");
  const IpAddress stranger = *IpAddress::parse("192.0.2.1");
  CHECK(client_of(stranger, lines) == stranger);

  const IpAddress client = client_of(proxy, lines);
  std::string joined;
  std::vector<std::string> elements;
  for (const std::string& line : lines) {
    joined += joined.empty() ? line : "," + line;
    for (std::string& element : split(line, ',')) elements.push_back(std::move(element));
  }
  CHECK(client_of(proxy, {joined}) == client);
  CHECK(client_of(proxy, elements) == client);
  if (proxies().include(client)) return 0;
  for (const std::string_view further : {"198.51.100.7", "10.0.0.9", "", "unknown"}) {
    CHECK(client_of(proxy, {std::string(further), joined}) == client);
    CHECK(client_of(proxy, {std::string(further) + "," + joined}) == client);
  }
  return 0;
}
