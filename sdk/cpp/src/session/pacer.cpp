// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/pacer.hpp"

#include <condition_variable>
#include <mutex>
#include <random>

namespace farthing::sdk {
namespace {

class SystemPacer final : public Pacer {
 public:
  std::chrono::steady_clock::time_point now() override { return std::chrono::steady_clock::now(); }

  std::chrono::system_clock::time_point wall_now() override {
    return std::chrono::system_clock::now();
  }

  double random_fraction() override {
    // Fresh from the system each time: processes that forked from one parent must not wait in step.
    std::random_device device;
    return std::uniform_real_distribution<double>()(device);
  }

  bool wait(std::chrono::milliseconds duration, const std::stop_token& cancellation) override {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, cancellation, duration, [] { return false; });
    return !cancellation.stop_requested();
  }
};

}  // namespace

std::shared_ptr<Pacer> make_system_pacer() { return std::make_shared<SystemPacer>(); }

}  // namespace farthing::sdk
