// SPDX-License-Identifier: Apache-2.0
#include "base/address_block.hpp"

#include <algorithm>
#include <cstddef>

namespace farthing {

IpAddress address_block_of(const IpAddress& address) {
  if (address.is_v4()) return address;
  IpAddress::Bytes bytes = address.bytes();
  std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), std::uint8_t{0});
  return IpAddress::from_v6(bytes);
}

bool is_loopback(const IpAddress& address) {
  constexpr std::size_t kFirstOfV4 = 12;
  constexpr std::uint8_t kLoopbackOfV4 = 127;
  if (address.is_v4()) return address.bytes()[kFirstOfV4] == kLoopbackOfV4;
  IpAddress::Bytes one{};
  one.back() = 1;
  return address.bytes() == one;
}

}  // namespace farthing
