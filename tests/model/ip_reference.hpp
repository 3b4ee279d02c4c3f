// SPDX-License-Identifier: Apache-2.0
// A second reading of addresses and networks, for tests and fuzzing only: the system's parser, and
// networks compared bit by bit.
#pragma once

#include <arpa/inet.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace farthing::ip_reference {

using Bits = std::array<bool, 128>;

inline std::optional<Bits> read_address(const std::string& text) {
  if (text.find('\0') != std::string::npos) return {};
  std::array<std::uint8_t, 16> bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
  if (::inet_pton(AF_INET, text.c_str(), bytes.data() + 12) != 1 &&
      ::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) {
    return {};
  }
  Bits bits{};
  for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = (bytes[i / 8] >> (7 - i % 8) & 1) != 0;
  return bits;
}

// Whether the bits say that this is an IPv4 address.
inline bool is_v4(const Bits& bits) {
  for (std::size_t i = 0; i < 96; ++i) {
    if (bits[i] != (i >= 80)) return false;
  }
  return true;
}

struct Network {
  Bits first;
  std::size_t prefix;
};

inline std::optional<Network> read_network(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto first = read_address(text.substr(0, slash));
  if (!first) return {};
  if (slash == std::string::npos) return Network{*first, 128};
  const std::size_t offset = text.substr(0, slash).find(':') == std::string::npos ? 96 : 0;
  for (std::size_t prefix = 0; prefix + offset <= 128; ++prefix) {
    if (text.substr(slash + 1) != std::to_string(prefix)) continue;
    for (std::size_t i = prefix + offset; i < 128; ++i) {
      if ((*first)[i]) return {};
    }
    return Network{*first, prefix + offset};
  }
  return {};
}

inline bool contains(const Network& network, const Bits& address) {
  if (is_v4(network.first) != is_v4(address)) return false;
  for (std::size_t i = 0; i < network.prefix; ++i) {
    if (network.first[i] != address[i]) return false;
  }
  return true;
}

}  // namespace farthing::ip_reference
