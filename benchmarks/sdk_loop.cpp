// SPDX-License-Identifier: Apache-2.0
// Asks for the balance over and over on one thread, by the SDK and by libcurl alone in turns of a
// tenth of a second, and prints one JSON object on stdout. README.md in this folder describes the
// arguments.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/balance_call.hpp"
#include "benchmarks/cpu_time.hpp"
#include "benchmarks/fail.hpp"
#include "benchmarks/flags.hpp"
#include "benchmarks/latency_histogram.hpp"
#include "benchmarks/rotation.hpp"

namespace {

using farthing::bench::BalanceCall;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// Long against one call, short against what else a machine does: both sides meet the same noise.
constexpr Seconds kTurn{0.1};

struct Side {
  std::string name;
  BalanceCall call;
  Seconds time{0};
  double cpu_seconds = 0;
  farthing::bench::LatencyHistogram latencies;
};

std::vector<Side> make_sides(const farthing::bench::Flags& flags) {
  const std::string url =
      "http://" + flags.text("host", "127.0.0.1") + ':' + std::to_string(flags.number("port"));
  const std::string key = farthing::bench::read_lines(flags.text("key-file"), 1).front();
  const std::string mode = flags.text("mode", "both");
  if (mode != "sdk" && mode != "curl" && mode != "both") {
    farthing::bench::fail("--mode is sdk, curl or both");
  }
  std::vector<Side> sides;
  const auto add = [&](const char* name, BalanceCall call) {
    if (mode == name || mode == "both") sides.push_back({.name = name, .call = std::move(call)});
  };
  add("sdk", farthing::bench::make_sdk_balance_call(url, key));
  add("curl", farthing::bench::make_curl_balance_call(url, key));
  return sides;
}

void take_turn(Side& side) {
  const double cpu_before = farthing::bench::own_cpu_seconds();
  const auto start = Clock::now();
  auto before = start;
  while (before - start < kTurn) {
    side.call();
    const auto after = Clock::now();
    side.latencies.record(static_cast<std::uint64_t>((after - before).count()));
    before = after;
  }
  side.time += before - start;
  side.cpu_seconds += farthing::bench::own_cpu_seconds() - cpu_before;
}

// Turns until every side has called for `length`.
void take_turns(std::vector<Side>& sides, Seconds length) {
  while (sides.back().time < length) {
    for (Side& side : sides) take_turn(side);
  }
}

void print_side(const Side& side) {
  const auto calls = static_cast<double>(side.latencies.count());
  std::cout << '"' << side.name << "\":{\"requests\":" << side.latencies.count()
            << ",\"requests_per_second\":" << calls / side.time.count()
            << ",\"client_cpu_us_per_request\":" << side.cpu_seconds * 1e6 / calls
            << ",\"latency_us\":{\"p50\":"
            << static_cast<double>(side.latencies.quantile_ns(0.5)) / 1e3
            << ",\"p99\":" << static_cast<double>(side.latencies.quantile_ns(0.99)) / 1e3 << "}}";
}

}  // namespace

int main(int argc, char** argv) {
  const farthing::bench::Flags flags(
      argc, argv, {"mode", "host", "port", "key-file", "warmup", "seconds", "cpu"});
  if (flags.has("cpu")) farthing::bench::pin_to_cpu(flags.number("cpu"));
  std::vector<Side> sides = make_sides(flags);
  take_turns(sides, Seconds(flags.decimal("warmup", 0)));
  for (Side& side : sides) {
    side.time = Seconds(0);
    side.cpu_seconds = 0;
    side.latencies.clear();
  }
  take_turns(sides, Seconds(flags.decimal("seconds", 3)));

  for (std::size_t i = 0; i < sides.size(); ++i) {
    std::cout << (i == 0 ? '{' : ',');
    print_side(sides[i]);
  }
  std::cout << "}\n";
  return EXIT_SUCCESS;
}
