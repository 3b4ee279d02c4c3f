// SPDX-License-Identifier: Apache-2.0
// Turns values into the bytes that are stored and hashed: fixed-width integers in big-endian order
// (so that keys sort by value), and byte strings behind their length as a base-128 varint. A reader
// never reads past its end: once a value does not fit, it and all later ones are zero or empty, and
// `is_ok()` is false. Stored: never change what an existing function writes.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace farthing {

class ByteWriter {
 public:
  // Appends to `out`, which must outlive the writer.
  explicit ByteWriter(std::string& out) : out_(out) {}

  template <std::integral T>
  ByteWriter& fixed(T value) {
    using Unsigned = std::make_unsigned_t<T>;
    auto bits = static_cast<Unsigned>(value);
    char bytes[sizeof(T)];
    for (std::size_t i = sizeof(T); i-- > 0;) {
      bytes[i] = static_cast<char>(bits & 0xff);
      if constexpr (sizeof(T) > 1) bits = static_cast<Unsigned>(bits >> 8);
    }
    out_.append(bytes, sizeof(T));
    return *this;
  }
  ByteWriter& varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
    out_.push_back(static_cast<char>(value));
    return *this;
  }
  // Appends the bytes as they are, without a length.
  ByteWriter& raw(std::string_view bytes) {
    out_.append(bytes);
    return *this;
  }
  ByteWriter& text(std::string_view bytes) { return varint(bytes.size()).raw(bytes); }

 private:
  std::string& out_;
};

class ByteReader {
 public:
  // Reads from `bytes`, which must outlive the reader and the views it gives.
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <std::integral T>
  T fixed() {
    const std::string_view bytes = raw(sizeof(T));
    if (bytes.size() != sizeof(T)) return {};
    std::make_unsigned_t<T> value = 0;
    for (const char c : bytes) {
      value = static_cast<std::make_unsigned_t<T>>((static_cast<std::uint64_t>(value) << 8) |
                                                   static_cast<unsigned char>(c));
    }
    return static_cast<T>(value);
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = fixed<std::uint8_t>();
      // The tenth byte has room for one bit.
      if (!ok_ || (shift == 63 && byte > 1)) break;
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string_view raw(std::size_t size) {
    if (!ok_ || size > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  std::string_view text() { return raw(varint()); }

  bool is_ok() const { return ok_; }
  bool is_at_end() const { return ok_ && rest_.empty(); }
  // Returns how many bytes are not read yet.
  std::size_t rest_size() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace farthing
