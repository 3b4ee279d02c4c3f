// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/memory/key_filter_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace farthing::store::embedded::key_filter_file_test {

constexpr std::size_t kMaxBytes = std::size_t{4} << 20;
constexpr std::size_t kKeys = 100'000;  // two parts
const Checkpoint kCheckpoint{.number = 7, .mark = Instant::from_us(9)};

std::string key(std::size_t number) { return "organization-" + std::to_string(number); }

class KeyFilterFile : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  void write(const Checkpoint& checkpoint = kCheckpoint) {
    KeyFilter keys(kMaxBytes);
    for (std::size_t i = 0; i < kKeys; ++i) keys.add(key(i));
    write_key_filter(path_, keys, checkpoint);
  }
  std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void replace(const std::string& content) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
  }
  // Into an empty filter; that must be as good as new after a file that does not count.
  bool is_taken(std::size_t max_bytes = kMaxBytes) {
    KeyFilter keys(max_bytes);
    const bool is_taken = take_key_filter(path_, keys, kCheckpoint);
    EXPECT_FALSE(std::filesystem::exists(path_));
    keys.set_complete();
    EXPECT_EQ(keys.may_have(key(1)), is_taken);
    return is_taken;
  }

  const std::filesystem::path path_ = std::filesystem::path(::testing::TempDir()) /
                                      ("farthing-key-filter-" + std::to_string(::getpid()));
};

TEST_F(KeyFilterFile, GivesBackEveryKeyAndFewOthers) {
  write();
  KeyFilter keys(kMaxBytes);
  ASSERT_TRUE(take_key_filter(path_, keys, kCheckpoint));
  keys.set_complete();
  for (std::size_t i = 0; i < kKeys; ++i) ASSERT_TRUE(keys.may_have(key(i))) << i;
  std::size_t mistaken = 0;
  for (std::size_t i = 0; i < kKeys; ++i) mistaken += keys.may_have("fresh" + key(i)) ? 1 : 0;
  EXPECT_LT(mistaken, kKeys / 20);
}

TEST_F(KeyFilterFile, GoesOnWithTheRoomThatWasLeft) {
  write();
  KeyFilter kept(kMaxBytes);
  ASSERT_TRUE(take_key_filter(path_, kept, kCheckpoint));
  KeyFilter whole(kMaxBytes);
  for (std::size_t i = 0; i < kKeys; ++i) whole.add(key(i));
  for (std::size_t i = kKeys; i < 4 * kKeys; ++i) {
    kept.add(key(i));
    whole.add(key(i));
  }
  EXPECT_EQ(kept.bytes(), whole.bytes());
  kept.set_complete();
  for (std::size_t i = 0; i < 4 * kKeys; ++i) ASSERT_TRUE(kept.may_have(key(i))) << i;
}

TEST_F(KeyFilterFile, OfAnotherCheckpointDoesNotCount) {
  write({.number = kCheckpoint.number + 1, .mark = kCheckpoint.mark});
  EXPECT_FALSE(is_taken());
  write(
      {.number = kCheckpoint.number, .mark = kCheckpoint.mark.plus(std::chrono::microseconds(1))});
  EXPECT_FALSE(is_taken());
}

TEST_F(KeyFilterFile, OfAnotherSizeDoesNotCount) {
  write();
  EXPECT_FALSE(is_taken(2 * kMaxBytes));
}

TEST_F(KeyFilterFile, ComesTooLateWhenSomethingWasAdded) {
  write();
  KeyFilter keys(kMaxBytes);
  keys.add("other");
  EXPECT_FALSE(take_key_filter(path_, keys, kCheckpoint));
  keys.set_complete();
  EXPECT_TRUE(keys.may_have("other"));
  EXPECT_FALSE(keys.may_have(key(1)));
}

TEST_F(KeyFilterFile, TornDoesNotCount) {
  write();
  const std::string whole = content();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{30}, whole.size() / 2, whole.size() - 1}) {
    replace(whole.substr(0, size));
    EXPECT_FALSE(is_taken()) << size;
  }
  replace(whole + "x");
  EXPECT_FALSE(is_taken());
}

TEST_F(KeyFilterFile, DamagedDoesNotCount) {
  write();
  const std::string whole = content();
  for (const std::size_t place : {std::size_t{0}, std::size_t{5}, std::size_t{20}, std::size_t{40},
                                  whole.size() / 2, whole.size() - 1}) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 4);
    replace(damaged);
    EXPECT_FALSE(is_taken()) << place;
  }
}

TEST_F(KeyFilterFile, IsMissingAtTheFirstStart) { EXPECT_FALSE(is_taken()); }

}  // namespace farthing::store::embedded::key_filter_file_test
