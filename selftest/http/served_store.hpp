// SPDX-License-Identifier: Apache-2.0
// A server over an embedded store of its own, in a process of its own: a crash of that process is a
// finding of the trial and does not end the trial. The clock of the server stands still until it is
// set. Only for a program that has no other thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace farthing::selftest {

class ServedStore {
 public:
  enum class End { in_order, killed };

  // Starts a server on the store in `data`, new or as an earlier server left it. The error is a
  // sentence.
  static BasicResult<std::unique_ptr<ServedStore>, std::string> start(std::filesystem::path data,
                                                                      Instant now,
                                                                      std::uint64_t seed);
  // Ends the server in order.
  ~ServedStore();
  ServedStore(const ServedStore&) = delete;
  ServedStore& operator=(const ServedStore&) = delete;

  ManualClock& clock() { return *clock_; }
  // Returns the server's URL, which changes with each restart.
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Returns the secret of the operator's key.
  BasicResult<Secret, std::string> admin_key() const;
  // Ends the server and starts another one on the same store. Returns what prevented it, if
  // anything.
  std::optional<std::string> restart(End how);
  // Returns how the server ended, if it did so by itself.
  std::optional<std::string> find_death();

 private:
  ServedStore(std::filesystem::path data, ManualClock* clock, std::uint64_t seed)
      : data_(std::move(data)), clock_(clock), random_(seed) {}

  std::optional<std::string> launch();
  // Returns the status that the process ended with.
  int end(End how);

  const std::filesystem::path data_;
  ManualClock* const clock_;  // in memory that both processes share
  std::mt19937_64 random_;
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
  int stop_ = -1;  // the server ends when this is closed
};

}  // namespace farthing::selftest
