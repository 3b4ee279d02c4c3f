// SPDX-License-Identifier: Apache-2.0
#include "base/ip_network.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace farthing {
namespace {

constexpr std::size_t kGroups = 8;
constexpr int kAddressBits = 128;
// The bits in front of an IPv4 address in its IPv6 form.
constexpr int kMappedBits = 96;
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

using Groups = std::array<std::uint16_t, kGroups>;

// Reads a decimal number of at most three digits without leading zeros.
std::optional<int> read_decimal(std::string_view text, int max) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return {};
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + (c - '0');
  }
  if (value > max) return {};
  return value;
}

std::optional<std::array<std::uint8_t, 4>> read_v4(std::string_view text) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool is_last = i + 1 == bytes.size();
    const std::size_t end = is_last ? text.size() : text.find('.');
    if (end == std::string_view::npos) return {};
    const auto number = read_decimal(text.substr(0, end), 255);
    if (!number) return {};
    bytes[i] = static_cast<std::uint8_t>(*number);
    if (!is_last) text.remove_prefix(end + 1);
  }
  return bytes;
}

// Reads one to four hexadecimal digits.
std::optional<std::uint16_t> read_group(std::string_view text) {
  if (text.empty() || text.size() > 4) return {};
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

// Reads groups with ":" between them, the last two possibly as an IPv4 address; none from an empty
// text. Returns how many there were.
std::optional<std::size_t> read_groups(std::string_view text, bool may_end_in_v4, Groups& groups) {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const bool is_last = colon == std::string_view::npos;
    const std::string_view part = text.substr(0, colon);
    if (is_last && may_end_in_v4 && part.find('.') != std::string_view::npos) {
      const auto v4 = read_v4(part);
      if (!v4 || count + 2 > kGroups) return {};
      groups[count++] = static_cast<std::uint16_t>((*v4)[0] << 8 | (*v4)[1]);
      groups[count++] = static_cast<std::uint16_t>((*v4)[2] << 8 | (*v4)[3]);
      return count;
    }
    const auto group = read_group(part);
    if (!group || count == kGroups) return {};
    groups[count++] = *group;
    if (is_last) return count;
    text.remove_prefix(colon + 1);
    if (text.empty()) return {};
  }
  return count;
}

std::optional<Groups> read_v6(std::string_view text) {
  const std::size_t gap = text.find("::");
  Groups groups{};
  if (gap == std::string_view::npos) {
    if (read_groups(text, true, groups) != kGroups) return {};
    return groups;
  }
  Groups tail{};
  const auto before = read_groups(text.substr(0, gap), false, groups);
  const auto after = read_groups(text.substr(gap + 2), true, tail);
  // The gap stands for one group of zeros at least.
  if (!before || !after || *before + *after >= kGroups) return {};
  std::copy_n(tail.begin(), *after, groups.end() - static_cast<std::ptrdiff_t>(*after));
  return groups;
}

struct Run {
  std::size_t begin = 0;
  std::size_t size = 0;
};

// Returns the first of the longest runs of zeros.
Run longest_zeros(const Groups& groups) {
  Run longest;
  Run current;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    current = groups[i] == 0 ? Run{current.begin, current.size + 1} : Run{i + 1, 0};
    if (current.size > longest.size) longest = current;
  }
  return longest;
}

void append_hex(std::string& text, std::uint16_t value) {
  std::array<char, 4> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  text.append(digits.data(), end);
}

std::string v6_text(const Groups& groups) {
  Run gap = longest_zeros(groups);
  // A single group of zeros is written as such.
  if (gap.size == 1) gap = {};
  std::string text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (gap.size > 0 && i == gap.begin) {
      text += "::";
      i += gap.size - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    append_hex(text, groups[i]);
  }
  return text;
}

// Returns whether the first `bits` bits are the same.
bool agree(const IpAddress::Bytes& a, const IpAddress::Bytes& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) {
    return false;
  }
  const int rest = bits % 8;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

bool is_zero_behind(const IpAddress::Bytes& bytes, int bits) {
  IpAddress::Bytes first{};
  for (int i = 0; i < bits; ++i) {
    const auto byte = static_cast<std::size_t>(i / 8);
    first[byte] = static_cast<std::uint8_t>(first[byte] | (bytes[byte] & (0x80 >> (i % 8))));
  }
  return first == bytes;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    const auto v4 = read_v4(text);
    if (!v4) return {};
    return from_v4(*v4);
  }
  const auto groups = read_v6(text);
  if (!groups) return {};
  IpAddress address;
  for (std::size_t i = 0; i < kGroups; ++i) {
    address.bytes_[2 * i] = static_cast<std::uint8_t>((*groups)[i] >> 8);
    address.bytes_[2 * i + 1] = static_cast<std::uint8_t>((*groups)[i] & 0xff);
  }
  return address;
}

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::string IpAddress::to_string() const {
  if (is_v4()) {
    std::string text = std::to_string(bytes_[12]);
    for (std::size_t i = 13; i < bytes_.size(); ++i) text.append(".") += std::to_string(bytes_[i]);
    return text;
  }
  Groups groups{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = static_cast<std::uint16_t>(bytes_[2 * i] << 8 | bytes_[2 * i + 1]);
  }
  return v6_text(groups);
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  if (!address) return {};
  if (slash == std::string_view::npos) return IpNetwork(*address, kAddressBits);
  // The form of the address decides which bits the number counts.
  const int offset = address_text.find(':') == std::string_view::npos ? kMappedBits : 0;
  const auto prefix = read_decimal(text.substr(slash + 1), kAddressBits - offset);
  if (!prefix || !is_zero_behind(address->bytes(), *prefix + offset)) return {};
  return IpNetwork(*address, *prefix + offset);
}

bool IpNetwork::contains(const IpAddress& address) const {
  return address.is_v4() == first_.is_v4() && agree(first_.bytes(), address.bytes(), prefix_);
}

bool IpNetwork::contains(const IpNetwork& other) const {
  return prefix_ <= other.prefix_ && contains(other.first_);
}

std::string IpNetwork::to_string() const {
  const int prefix = first_.is_v4() ? prefix_ - kMappedBits : prefix_;
  return first_.to_string() + "/" + std::to_string(prefix);
}

}  // namespace farthing
