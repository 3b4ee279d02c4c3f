// SPDX-License-Identifier: Apache-2.0
// Internet addresses and the networks they lie in, IPv4 and IPv6 alike. An IPv4 address in its
// IPv6 form ("::ffff:192.0.2.1") is the IPv4 address. Networks hold addresses of their own family
// only: "::/0" is every IPv6 address and no IPv4 one. Value types, safe to use from any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace farthing {

class IpAddress {
 public:
  // The bytes in network order; IPv4 is in its IPv6 form.
  using Bytes = std::array<std::uint8_t, 16>;

  // "::".
  constexpr IpAddress() = default;
  static constexpr IpAddress from_v4(const std::array<std::uint8_t, 4>& bytes) {
    return IpAddress(
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, bytes[0], bytes[1], bytes[2], bytes[3]});
  }
  static constexpr IpAddress from_v6(const Bytes& bytes) { return IpAddress(bytes); }

  // Reads four decimal numbers without leading zeros, or one of the forms of RFC 4291, section 2.2,
  // without a zone. Returns nothing for anything else, blanks around it included.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  const Bytes& bytes() const { return bytes_; }
  // Returns "192.0.2.1", or the one form that RFC 5952 recommends: "2001:db8::1".
  std::string to_string() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  explicit constexpr IpAddress(const Bytes& bytes) : bytes_(bytes) {}

  Bytes bytes_{};
};

class IpNetwork {
 public:
  // Reads an address, which stands for itself alone, or an address, "/" and the number of leading
  // bits that count. The bits behind them have to be zero: "192.0.2.1/24" may be meant as either
  // of two things. "::ffff:192.0.2.0/120" is "192.0.2.0/24".
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  // Returns whether every address of `other` lies in this one.
  bool contains(const IpNetwork& other) const;
  // Returns "192.0.2.0/24", "2001:db8::/32", "192.0.2.1/32".
  std::string to_string() const;

  friend auto operator<=>(const IpNetwork&, const IpNetwork&) = default;

 private:
  IpNetwork(const IpAddress& first, int prefix) : first_(first), prefix_(prefix) {}

  IpAddress first_;
  int prefix_;  // of 128 bits, also for IPv4
};

}  // namespace farthing
