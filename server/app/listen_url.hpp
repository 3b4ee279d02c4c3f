// SPDX-License-Identifier: Apache-2.0
// The URL at which a server that listens can be asked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace farthing::app {

// "http://127.0.0.1:8080", "https://[::1]:8080"; `scheme` is "http" or "https".
inline std::string listen_url(std::string_view scheme, std::string_view address,
                              std::uint16_t port) {
  const bool is_ipv6 = address.find(':') != std::string_view::npos;
  std::string url(scheme);
  url.append("://");
  url.append(is_ipv6 ? "[" : "").append(address).append(is_ipv6 ? "]" : "");
  return url + ":" + std::to_string(port);
}

}  // namespace farthing::app
