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

// Returns, as a sentence, why a self-test may not use that directory; nothing when it may: it does
// not exist or is empty. A trial must not touch the contents of a directory in use.
std::optional<std::string> find_refusal(const std::filesystem::path& data);

// Plays rounds until the time is over and reports its progress to `tell`, a line at a time; the
// store stays behind. Returns, as a sentence, the first deviation or what kept it from going on;
// nothing when everything was as it must be.
std::optional<std::string> run_selftest(const SelftestOptions& options,
                                        const std::function<void(const std::string&)>& tell);

}  // namespace farthing::selftest
