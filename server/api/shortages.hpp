// SPDX-License-Identifier: Apache-2.0
// Keeps what the HTTP server is short of, for /readyz. A shortage lasts until nobody was turned
// away for it for some time, so that a probe that comes between two refusals hears of it. Safe from
// any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "base/instant.hpp"
#include "server/http/options.hpp"
#include "server/service/operations.hpp"

namespace farthing::api {

class Shortages {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kLasts{10};

  // Notes that somebody was turned away. `at` is the moment `now` by the system's clock.
  void note(http::Shortage shortage, TimePoint now, Instant at);

  // Returns the shortages that last, in the order of the enumeration. Without connections the node
  // refuses all work of new clients. A shortage of memory for large requests refuses no kind of
  // work, for small requests go on.
  std::vector<service::Limitation> all(TimePoint now) const;

 private:
  struct Row {
    std::optional<TimePoint> last;
    Instant since;
  };

  mutable std::mutex mutex_;
  std::array<Row, 2> rows_;
};

}  // namespace farthing::api
