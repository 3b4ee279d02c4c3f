// SPDX-License-Identifier: Apache-2.0
#include "server/directory/key_table.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <random>
#include <string>

namespace farthing::directory::key_table_test {

// Digests whose first bytes are `hash`, so that the test chooses where they collide.
Digest digest_with(std::uint8_t hash, std::uint8_t rest) {
  Digest digest{};
  digest[0] = hash;
  digest[31] = rest;
  return digest;
}

KeyNode node_with(const Digest& digest) {
  ApiKey key;
  key.secret_digest = digest;
  return {.key = std::make_shared<const ApiKey>(std::move(key))};
}

TEST(KeyTable, FindsNothingWhenEmpty) { EXPECT_EQ(KeyTable().find(Digest{}), nullptr); }

TEST(KeyTable, TellsDigestsWithTheSameBeginningApart) {
  const KeyNode a = node_with(digest_with(1, 1));
  const KeyNode b = node_with(digest_with(1, 2));
  KeyTable table;
  table.insert(a);
  table.insert(b);
  EXPECT_EQ(table.find(digest_with(1, 1)), &a);
  EXPECT_EQ(table.find(digest_with(1, 2)), &b);
  EXPECT_EQ(table.find(digest_with(1, 3)), nullptr);
}

TEST(KeyTable, FindsAKeyByBothOfItsSecrets) {
  // Both begin with the same bytes, so that they stand beside each other.
  ApiKey key;
  key.secret_digest = digest_with(1, 1);
  key.previous_secret = {.digest = digest_with(1, 2), .hint = {}, .works_until = {}};
  const KeyNode both{.key = std::make_shared<const ApiKey>(std::move(key))};
  const KeyNode other = node_with(digest_with(1, 3));
  KeyTable table;
  table.insert(both);
  table.insert(other);
  EXPECT_EQ(table.find(digest_with(1, 1)), &both);
  EXPECT_EQ(table.find(digest_with(1, 2)), &both);
  table.erase(both);
  EXPECT_EQ(table.find(digest_with(1, 1)), nullptr);
  EXPECT_EQ(table.find(digest_with(1, 2)), nullptr);
  EXPECT_EQ(table.find(digest_with(1, 3)), &other);
}

TEST(KeyTable, FindsTheRestAfterAnyErasure) {
  // Few homes and many keys: long runs, with erasures in the middle of them and around the end.
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    KeyTable table;
    std::deque<KeyNode> nodes;
    for (std::uint8_t i = 0; i < 60; ++i) {
      nodes.push_back(node_with(digest_with(static_cast<std::uint8_t>(random() % 5 * 31), i)));
      table.insert(nodes.back());
    }
    std::vector<bool> is_erased(nodes.size());
    for (int erasures = 0; erasures < 40; ++erasures) {
      const std::size_t victim = random() % nodes.size();
      if (is_erased[victim]) continue;
      table.erase(nodes[victim]);
      is_erased[victim] = true;
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        const KeyNode* expected = is_erased[i] ? nullptr : &nodes[i];
        ASSERT_EQ(table.find(nodes[i].key->secret_digest), expected);
      }
    }
  }
}

}  // namespace farthing::directory::key_table_test
