// SPDX-License-Identifier: Apache-2.0
// Where a request came from, as far as keys and limits go by it.
#pragma once

#include <optional>

#include "base/ip_network.hpp"
#include "server/http/request.hpp"

namespace farthing::http {

// Nothing when the connection has no address of the internet's.
inline std::optional<IpAddress> client_address(const Request& request) {
  return IpAddress::parse(request.peer());
}

}  // namespace farthing::http
