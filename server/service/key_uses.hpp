// SPDX-License-Identifier: Apache-2.0
// The last uses of keys, to the second, as this node has seen them: noted in memory by every
// request, without a lock or an allocation, and taken from there now and then to be kept. When
// there are more keys than there is room for, some uses are forgotten. Safe to call from any
// thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/directory/entities.hpp"
#include "server/service/id_table.hpp"

namespace farthing::service {

class KeyUses {
 public:
  KeyUses();

  void note(ApiKeyId key, Instant at);
  // Returns the last use that is remembered here.
  std::optional<Instant> last_use(ApiKeyId key);
  // Returns the uses that were not taken before. One thread at a time may call it.
  std::vector<directory::KeyUse> take_new();

 private:
  struct Cell {
    std::atomic<std::uint32_t> used_s{0};  // since 1970; 0: never
    std::atomic<std::uint32_t> taken_s{0};

    void clear() {
      used_s.store(0, std::memory_order_relaxed);
      taken_s.store(0, std::memory_order_relaxed);
    }
  };

  IdTable<Cell> cells_;
};

}  // namespace farthing::service
