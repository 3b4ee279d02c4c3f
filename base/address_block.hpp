// SPDX-License-Identifier: Apache-2.0
// The block that counts as one address where something is counted by address: an IPv4 address, or a
// /64 of IPv6, because whoever has one address of a /64 mostly has all of them.
#pragma once

#include "base/ip_network.hpp"

namespace farthing {

// Returns the first address of the block that `address` lies in.
IpAddress address_block_of(const IpAddress& address);

// Returns whether `address` is one of this machine's own: 127.0.0.0/8 or ::1.
bool is_loopback(const IpAddress& address);

}  // namespace farthing
