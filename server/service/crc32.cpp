// SPDX-License-Identifier: Apache-2.0
#include "server/service/crc32.hpp"

#include <array>

namespace farthing::service {
namespace {

using Table = std::array<std::uint32_t, 256>;

// kTables[k][b] is what byte b contributes when k bytes follow it, so that eight bytes are taken at
// once: every request is checked.
constexpr std::array<Table, 8> kTables = [] {
  constexpr std::uint32_t kReflectedPolynomial = 0xedb88320;
  std::array<Table, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) * kReflectedPolynomial);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

std::uint32_t word_at(std::string_view bytes, std::size_t i) {
  return byte_at(bytes, i) | (byte_at(bytes, i + 1) << 8) | (byte_at(bytes, i + 2) << 16) |
         (byte_at(bytes, i + 3) << 24);
}

// Returns what four bytes contribute when `after` more follow them.
std::uint32_t contribution(std::uint32_t word, std::size_t after) {
  return kTables[after + 3][word & 0xff] ^ kTables[after + 2][(word >> 8) & 0xff] ^
         kTables[after + 1][(word >> 16) & 0xff] ^ kTables[after][word >> 24];
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    crc = contribution(crc ^ word_at(bytes, i), 4) ^ contribution(word_at(bytes, i + 4), 0);
  }
  for (; i < bytes.size(); ++i) crc = (crc >> 8) ^ kTables[0][(crc ^ byte_at(bytes, i)) & 0xff];
  return ~crc;
}

}  // namespace farthing::service
