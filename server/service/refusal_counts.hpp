// SPDX-License-Identifier: Apache-2.0
// Counts who was turned away since the last look: by address, so that a flood of wrong keys is a
// few lines of the log and not none. Bounded in memory whatever is sent, and without secrets. Safe
// to call from any thread.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/ip_network.hpp"

namespace farthing::service {

enum class Refusal : std::uint8_t {
  wrong_key,      // what is no key, or none that works
  wrong_network,  // a key that may not be used from there
  rate_limit,     // a key that was used too often
  handshake,      // a TLS handshake that failed
  large_request,  // one for which there was no memory at the time
};
inline constexpr std::size_t kRefusalKinds = 5;
// Returns what a line calls their number, as in "wrong_keys".
std::string_view to_string(Refusal kind);

class RefusalCounts {
 public:
  // So many addresses are told apart at a time, and so many of them get a line of their own.
  static constexpr std::size_t kMaxAddresses = 4'096;
  static constexpr std::size_t kMaxAddressLines = 10;

  // Counts a refusal. No `address` means that a service did not say where its caller is. `key` is
  // one that is known. Never waits for the log.
  void note(Refusal kind, const std::optional<IpAddress>& address,
            std::optional<ApiKeyId> key = {});

  // Takes what was noted since the last call, as lines for the log: one for each of the addresses
  // with most, which are /64 networks of IPv6, and one for all others. Empty when nothing was
  // noted.
  std::vector<std::string> take_lines();
  // Waits until something is noted; false when `stop` came first.
  bool wait(std::stop_token stop);

 private:
  using Numbers = std::array<std::uint64_t, kRefusalKinds>;
  struct Row {
    Numbers numbers{};
    std::optional<ApiKeyId> last_key;
  };
  using Rows = std::map<std::optional<IpAddress>, Row>;

  static std::uint64_t sum_of(const Numbers& numbers);
  static void append_numbers(const Numbers& numbers, std::string& line);
  static std::string line_of(const Rows::value_type& row);

  std::mutex mutex_;  // guards all below
  std::condition_variable_any changed_;
  Rows rows_;
  Numbers beyond_{};  // of addresses for which there was no room
};

}  // namespace farthing::service
