// SPDX-License-Identifier: Apache-2.0
// The URL at which a server that listens can be asked, as clients take it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/http/options.hpp"

namespace farthing::app {

// Returns "http://127.0.0.1:8080", "https://[::1]:8080" or "unix:/run/farthing.sock"; `scheme` is
// "http" or "https", `port` what the system has chosen.
inline std::string listen_url(std::string_view scheme, const http::ListenAddress& listen,
                              std::uint16_t port) {
  const std::string& address = listen.address;
  if (listen.is_unix()) return "unix:" + address;
  const bool is_ipv6 = address.find(':') != std::string::npos;
  std::string url(scheme);
  url.append("://");
  url.append(is_ipv6 ? "[" : "").append(address).append(is_ipv6 ? "]" : "");
  return url + ":" + std::to_string(port);
}

}  // namespace farthing::app
