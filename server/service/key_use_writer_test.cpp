// SPDX-License-Identifier: Apache-2.0
#include "server/service/key_use_writer.hpp"

#include <chrono>
#include <future>

#include "server/testing/store_fixture.hpp"

namespace farthing::service::key_use_writer_test {

class KeyUseWriterTest : public StoreTest {
 protected:
  std::optional<Instant> kept() {
    return answer_of<std::vector<std::optional<Instant>>>(
               [&](auto reply) { store_.read_key_uses({key_}, std::move(reply)); })
        .value()
        .front();
  }

  KeyUses uses_;
  const ApiKeyId key_ = add_key(add_user("ada@example.com").id).key.id;
};

TEST_F(KeyUseWriterTest, WritesWhatThereIsAtTheEnd) {
  {
    const KeyUseWriter writer(store_, uses_, std::chrono::hours(1));
    uses_.note(key_, kStart);
    EXPECT_FALSE(kept());
  }
  EXPECT_EQ(kept(), kStart);
}

TEST_F(KeyUseWriterTest, WritesFromTimeToTime) {
  const KeyUseWriter writer(store_, uses_, std::chrono::milliseconds(1));
  uses_.note(key_, kStart);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!kept() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_TRUE(kept());
}

}  // namespace farthing::service::key_use_writer_test
