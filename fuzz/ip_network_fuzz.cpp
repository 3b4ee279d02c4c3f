// SPDX-License-Identifier: Apache-2.0
// Addresses and networks: a network up to the first blank, an address behind it, both held against
// a second reading.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/ip_network.hpp"
#include "tests/model/ip_reference.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace farthing;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t blank = text.find(' ');
  const std::string network_text = text.substr(0, blank);
  const std::string address_text = blank == std::string::npos ? "" : text.substr(blank + 1);

  const auto address = IpAddress::parse(address_text);
  const auto bits = ip_reference::read_address(address_text);
  CHECK(address.has_value() == bits.has_value());
  if (address) {
    CHECK(IpAddress::parse(address->to_string()) == address);
    CHECK(ip_reference::read_address(address->to_string()) == bits);
  }

  const auto network = IpNetwork::parse(network_text);
  const auto reference = ip_reference::read_network(network_text);
  CHECK(network.has_value() == reference.has_value());
  if (!network) return 0;
  CHECK(IpNetwork::parse(network->to_string()) == network);
  if (address) CHECK(network->contains(*address) == ip_reference::contains(*reference, *bits));
  return 0;
}
