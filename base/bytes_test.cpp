// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace farthing::bytes_test {

using namespace std::string_literals;

template <class T>
std::string written(T value) {
  std::string out;
  ByteWriter(out).fixed(value);
  return out;
}

TEST(Bytes, WritesFixedIntegersInBigEndianOrder) {
  EXPECT_EQ(written<std::uint8_t>(0xab), "\xab"s);
  EXPECT_EQ(written<std::uint16_t>(0x0102), "\x01\x02"s);
  EXPECT_EQ(written<std::uint32_t>(0x01020304), "\x01\x02\x03\x04"s);
  EXPECT_EQ(written<std::uint64_t>(0x0102030405060708), "\x01\x02\x03\x04\x05\x06\x07\x08"s);
  EXPECT_EQ(written<std::int32_t>(-2), "\xff\xff\xff\xfe"s);
  EXPECT_EQ(written<std::int64_t>(std::numeric_limits<std::int64_t>::min()), "\x80\0\0\0\0\0\0\0"s);
}

struct VarintCase {
  std::uint64_t value;
  std::string bytes;
};

TEST(Bytes, WritesVarintsInTheFewestBytes) {
  const std::vector<VarintCase> cases = {
      {0, "\0"s},
      {1, "\x01"s},
      {127, "\x7f"s},
      {128, "\x80\x01"s},
      {300, "\xac\x02"s},
      {16'383, "\xff\x7f"s},
      {16'384, "\x80\x80\x01"s},
      {std::numeric_limits<std::uint64_t>::max(), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s},
  };
  for (const VarintCase& each : cases) {
    std::string out;
    ByteWriter(out).varint(each.value);
    EXPECT_EQ(out, each.bytes) << each.value;
    ByteReader reader(each.bytes);
    EXPECT_EQ(reader.varint(), each.value);
    EXPECT_TRUE(reader.is_at_end()) << each.value;
  }
}

TEST(Bytes, RefusesVarintsThatDoNotFit) {
  const std::vector<std::string> cases = {
      ""s,
      "\x80"s,
      "\xac"s,
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff"s,
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s,  // 65 bits
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s,
      "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"s,  // 11 bytes
  };
  for (const std::string& bytes : cases) {
    ByteReader reader(bytes);
    EXPECT_EQ(reader.varint(), 0U);
    EXPECT_FALSE(reader.is_ok());
    EXPECT_FALSE(reader.is_at_end());
  }
}

RC_GTEST_PROP(BytesProperty, FixedIntegersSortByValue, (std::uint64_t a, std::uint64_t b)) {
  RC_ASSERT((written(a) < written(b)) == (a < b));
}

struct Sample {
  std::uint8_t small = 0x7f;
  std::int64_t wide = -5;
  std::uint64_t count = 300;
  std::string text = "to the last \0 farthing"s;
  std::string empty;
  std::string raw = "raw!";
  std::int32_t priority = -1;
};

std::string encode(const Sample& sample) {
  std::string out;
  ByteWriter(out)
      .fixed(sample.small)
      .fixed(sample.wide)
      .varint(sample.count)
      .text(sample.text)
      .text(sample.empty)
      .raw(sample.raw)
      .fixed(sample.priority);
  return out;
}

TEST(Bytes, ReadsBackWhatWasWritten) {
  const Sample sample;
  const std::string bytes = encode(sample);
  ByteReader reader(bytes);
  EXPECT_EQ(reader.fixed<std::uint8_t>(), sample.small);
  EXPECT_EQ(reader.fixed<std::int64_t>(), sample.wide);
  EXPECT_EQ(reader.varint(), sample.count);
  EXPECT_EQ(reader.text(), sample.text);
  EXPECT_EQ(reader.text(), sample.empty);
  EXPECT_EQ(reader.raw(4), sample.raw);
  EXPECT_FALSE(reader.is_at_end());
  EXPECT_EQ(reader.fixed<std::int32_t>(), sample.priority);
  EXPECT_TRUE(reader.is_ok());
  EXPECT_TRUE(reader.is_at_end());
}

// The bytes are copied to a heap block of exactly their size, so that a read past the end is
// caught.
TEST(Bytes, StopsAtTheEndWhereverTheInputIsCut) {
  const Sample sample;
  const std::string whole = encode(sample);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    ByteReader reader({cut.data(), cut.size()});
    reader.fixed<std::uint8_t>();
    reader.fixed<std::int64_t>();
    reader.varint();
    reader.text();
    reader.text();
    reader.raw(4);
    EXPECT_EQ(reader.fixed<std::int32_t>(), 0) << "cut at " << size;
    EXPECT_FALSE(reader.is_ok()) << "cut at " << size;
    EXPECT_FALSE(reader.is_at_end()) << "cut at " << size;
  }
}

TEST(Bytes, GivesNothingAfterTheFirstThatDoesNotFit) {
  const std::string bytes = "\x01\x02\x03"s;
  ByteReader reader(bytes);
  EXPECT_EQ(reader.fixed<std::uint32_t>(), 0U);
  EXPECT_EQ(reader.fixed<std::uint8_t>(), 0U);
  EXPECT_EQ(reader.varint(), 0U);
  EXPECT_EQ(reader.raw(1), "");
  EXPECT_EQ(reader.raw(0), "");
  EXPECT_EQ(reader.text(), "");
  EXPECT_FALSE(reader.is_ok());
}

TEST(Bytes, RefusesALengthBeyondTheInput) {
  const std::string bytes = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01 and little more"s;
  ByteReader reader(bytes);
  EXPECT_EQ(reader.text(), "");
  EXPECT_FALSE(reader.is_ok());
}

}  // namespace farthing::bytes_test
