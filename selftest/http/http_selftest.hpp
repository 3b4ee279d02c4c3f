// SPDX-License-Identifier: Apache-2.0
// The self-test over HTTP: trials of a whole server, which test its answers as well as its rules.
// Both forms play rounds until the time is over and report their progress, a line at a time. They
// return, as a sentence, the first deviation or what kept them from going on; nothing when
// everything was as it must be.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <farthing/options.hpp>

namespace farthing::selftest {

struct HttpSelftestOptions {
  std::uint64_t seed = 1;
  std::chrono::duration<double> duration = std::chrono::minutes(1);
};

using Tell = std::function<void(const std::string&)>;

// Tests a server of its own on a free port of the loopback. It sets that server's clock, and ends
// and restarts the server at times. `data` is new or empty; the store stays there. No other thread
// may run.
std::optional<std::string> run_http_selftest(const HttpSelftestOptions& options,
                                             const std::filesystem::path& data, const Tell& tell);

// Tests a server that runs already, with an admin key. It makes organizations there, which stay.
std::optional<std::string> run_http_selftest(const HttpSelftestOptions& options,
                                             const sdk::Options& server, const Tell& tell);

}  // namespace farthing::selftest
