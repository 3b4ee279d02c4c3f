// SPDX-License-Identifier: Apache-2.0
// The proxies in front of the server whose word about the client's address is taken. Immutable and
// safe for all threads.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_network.hpp"

namespace farthing::http {

class TrustedProxies {
 public:
  // Trusts no proxy.
  TrustedProxies() = default;
  explicit TrustedProxies(std::vector<IpNetwork> networks) : networks_(std::move(networks)) {}

  bool include(const IpAddress& address) const;

  // Follows one line of X-Forwarded-For from its end to its begin, where each proxy has added whom
  // it had the request from: `client` moves on as long as it is a trusted proxy itself. Returns
  // false when that has come to an end, also at an element that is no address: nobody trusted wrote
  // what stands before it.
  bool follow(std::string_view line, IpAddress& client) const;

 private:
  std::vector<IpNetwork> networks_;
};

}  // namespace farthing::http
