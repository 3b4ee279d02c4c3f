// SPDX-License-Identifier: Apache-2.0
// The self-test that operators run: trials of the embedded store on their own disk for so many
// minutes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace farthing::selftest {

struct SelftestOptions {
  std::uint64_t seed = 1;
  std::chrono::duration<double> duration = std::chrono::minutes(1);
  std::size_t submitters = 4;
  std::filesystem::path data;  // see find_refusal
};

// Why a self-test may not use that directory, as a sentence; nothing when it may: it is not there
// or has nothing in it. What is in a directory that is in use must not become part of a trial.
std::optional<std::string> find_refusal(const std::filesystem::path& data);

// Plays rounds until the time is over and tells, a line at a time, how far it is; the store stays
// behind. Returns the first deviation, or what kept it from going on, as a sentence; nothing when
// everything was as it must be.
std::optional<std::string> run_selftest(const SelftestOptions& options,
                                        const std::function<void(const std::string&)>& tell);

}  // namespace farthing::selftest
