// SPDX-License-Identifier: Apache-2.0
// The thread that writes who was turned away: soon after the first time, then at most once in an
// interval, whatever the flood, and once more at the end. Each time it writes the lines of
// RefusalCounts, of which there are few.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "server/service/refusal_counts.hpp"

namespace farthing::service {

class RefusalLog {
 public:
  using Write = std::function<void(const std::string& line)>;
  struct Pace {
    std::chrono::milliseconds delay{1'000};  // from the first refusal, so that a line counts more
    std::chrono::milliseconds interval{60'000};
  };

  // `counts` must outlive this. `write` is called on the thread of this.
  RefusalLog(RefusalCounts& counts, Pace pace, Write write);
  // Writes what there is and waits for it.
  ~RefusalLog() = default;
  RefusalLog(const RefusalLog&) = delete;
  RefusalLog& operator=(const RefusalLog&) = delete;

 private:
  void run(const std::stop_token& stop);
  void sleep(const std::stop_token& stop, std::chrono::milliseconds time);
  void write_lines();

  RefusalCounts& counts_;
  const Pace pace_;
  const Write write_;
  std::mutex mutex_;
  std::condition_variable_any never_;  // only a stop ends a sleep early
  std::jthread thread_;                // last: it uses all of the above
};

}  // namespace farthing::service
