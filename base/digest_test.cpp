// SPDX-License-Identifier: Apache-2.0
#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace farthing::digest_test {

struct Vector {
  std::string message;
  std::string digest;
};

// The examples of FIPS 180-4 and the long message of NIST's set.
const std::vector<Vector>& vectors() {
  static const std::vector<Vector> all = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlm"
       "nopqrsmnopqrstnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
      {std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  return all;
}

TEST(Digest, GivesTheDigestsOfTheStandard) {
  for (const Vector& each : vectors()) {
    EXPECT_EQ(to_hex(as_bytes(sha256(each.message))), each.digest);
  }
}

TEST(Digest, IsThatOfThePartsLaidEndToEnd) {
  const std::string message = vectors()[2].message;
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    const Digest digest = sha256({message.substr(0, cut), {}, message.substr(cut)});
    EXPECT_EQ(to_hex(as_bytes(digest)), vectors()[2].digest) << cut;
  }
  EXPECT_EQ(sha256(std::initializer_list<std::string_view>{}), sha256(""));
}

TEST(Digest, IsTheSameOnEveryThread) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int round = 0; round < 200; ++round) {
        ASSERT_EQ(to_hex(as_bytes(sha256("abc"))), vectors()[1].digest);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Digest, HexHasTwoLowerCaseDigitsAByte) {
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(to_hex(std::string("\0\x01\x0f\x10\x7f\x80\xff", 7)), "00010f107f80ff");
}

TEST(Digest, HashesByItsFirstBytes) {
  EXPECT_EQ(DigestHash()(sha256("a")), DigestHash()(sha256("a")));
  EXPECT_NE(DigestHash()(sha256("a")), DigestHash()(sha256("b")));
}

TEST(Digest, HexIsReadBack) {
  EXPECT_EQ(from_hex("00ff10"), std::string("\0\xff\x10", 3));
  EXPECT_EQ(from_hex(""), "");
  for (const char* wrong : {"0", "0g", "FF", "0x"}) EXPECT_FALSE(from_hex(wrong)) << wrong;
}

}  // namespace farthing::digest_test
