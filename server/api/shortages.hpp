// SPDX-License-Identifier: Apache-2.0
// What the HTTP server is short of, for /readyz: a shortage lasts until nobody was turned away for
// it for some time, so that a probe that comes between two refusals hears of it. Safe from any
// thread.
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

  // Somebody was turned away; `at` is the same moment by the system's clock.
  void note(http::Shortage shortage, TimePoint now, Instant at);

  // Those that last, in the order of the enumeration. Without connections the node refuses all work
  // of new clients; without memory for large requests it is told only, for small ones go on.
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
