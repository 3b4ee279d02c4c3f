// SPDX-License-Identifier: Apache-2.0
// A load generator for HTTP/1.1: many keep-alive connections on one thread, a warm-up, a measured
// stretch, one JSON object on stdout. Exits with 1 when an answer was not as expected. README.md in
// this folder describes the arguments.
#include <sys/types.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include "benchmarks/cpu_time.hpp"
#include "benchmarks/fail.hpp"
#include "benchmarks/flags.hpp"
#include "benchmarks/load_loop.hpp"
#include "benchmarks/request_workload.hpp"
#include "benchmarks/service_workload.hpp"

namespace {

using farthing::bench::Flags;
using farthing::bench::LoadLoop;
using farthing::bench::RequestWorkload;
using farthing::bench::Rotation;
using Seconds = std::chrono::duration<double>;

// Above this share of one core the client cannot go faster, whatever the server could do.
constexpr double kClientBoundShare = 0.95;
constexpr std::chrono::seconds kDrainTime{5};
constexpr std::chrono::hours kNoDeadline{24};

Rotation make_rotation(const Flags& flags, const std::string& file, const std::string& limit) {
  const auto order = flags.text("order", "sequential");
  if (order != "sequential" && order != "random") {
    farthing::bench::fail("--order is sequential or random");
  }
  using farthing::bench::Order;
  return Rotation(farthing::bench::read_lines(flags.text(file), flags.number(limit, 0)),
                  order == "random" ? Order::random : Order::sequential);
}

std::set<int> parse_statuses(std::string_view text) {
  std::set<int> statuses;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    int status = 0;
    const auto parsed = std::from_chars(text.data() + start, text.data() + end, status);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + end) {
      farthing::bench::fail("--expect needs statuses with commas between them");
    }
    statuses.insert(status);
    start = end + 1;
  }
  return statuses;
}

farthing::bench::ServiceLoad make_service_load(const Flags& flags) {
  using farthing::bench::KeyOrder;
  const auto order = flags.text("idempotency-keys", "time");
  if (order != "time" && order != "random") {
    farthing::bench::fail("--idempotency-keys is time or random");
  }
  return {.keys = make_rotation(flags, "keys", "rotate"),
          .organizations = make_rotation(flags, "organizations", "rotate-organizations"),
          .amount = flags.text("amount", "0.000001"),
          .key_order = order == "time" ? KeyOrder::time : KeyOrder::random};
}

std::unique_ptr<RequestWorkload> make_workload(const Flags& flags) {
  const std::uint64_t limit = flags.number("requests", RequestWorkload::kNoLimit);
  const auto kind = flags.text("kind", "get");
  if (kind == "charge") {
    return std::make_unique<farthing::bench::ChargeWorkload>(make_service_load(flags), limit);
  }
  if (kind == "batch") {
    return std::make_unique<farthing::bench::BatchWorkload>(flags.number("batch", 256),
                                                            make_service_load(flags), limit);
  }
  if (kind == "hold") {
    if (flags.number("pipeline", 1) != 1) {
      farthing::bench::fail("a hold must be answered before its capture is sent: --pipeline 1");
    }
    return std::make_unique<farthing::bench::HoldWorkload>(make_service_load(flags),
                                                           flags.number("connections", 1), limit);
  }
  if (kind == "verify") {
    return std::make_unique<farthing::bench::VerifyWorkload>(
        make_rotation(flags, "keys", "rotate"), make_rotation(flags, "callers", "rotate-callers"),
        limit);
  }
  if (kind != "get") farthing::bench::fail("--kind is get, charge, batch, hold or verify");
  std::optional<Rotation> keys;
  if (flags.has("keys")) keys = make_rotation(flags, "keys", "rotate");
  return std::make_unique<farthing::bench::GetWorkload>(flags.text("path"), std::move(keys), limit,
                                                        parse_statuses(flags.text("expect", "")));
}

struct Measured {
  double seconds = 0;
  double client_cpu_seconds = 0;
  std::optional<double> server_cpu_seconds;
};

Measured measure(LoadLoop& loop, const Flags& flags) {
  std::optional<pid_t> server;
  if (flags.has("server-pid")) server = static_cast<pid_t>(flags.number("server-pid"));
  loop.run_until(LoadLoop::Clock::now() + std::chrono::duration_cast<LoadLoop::Clock::duration>(
                                              Seconds(flags.decimal("warmup", 0))));
  loop.latencies().clear();

  const double server_before = server ? farthing::bench::process_cpu_seconds(*server) : 0;
  const double client_before = farthing::bench::own_cpu_seconds();
  const auto start = LoadLoop::Clock::now();
  const auto length = flags.has("requests") ? LoadLoop::Clock::duration(kNoDeadline)
                                            : std::chrono::duration_cast<LoadLoop::Clock::duration>(
                                                  Seconds(flags.decimal("seconds", 5)));
  loop.run_until(start + length);

  Measured measured;
  measured.seconds = Seconds(LoadLoop::Clock::now() - start).count();
  measured.client_cpu_seconds = farthing::bench::own_cpu_seconds() - client_before;
  if (server) {
    measured.server_cpu_seconds = farthing::bench::process_cpu_seconds(*server) - server_before;
  }
  return measured;
}

std::string json_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + '"';
}

double microseconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e3; }

void print_report(const farthing::bench::LatencyHistogram& latencies, const Measured& measured,
                  const RequestWorkload& workload) {
  const auto answers = static_cast<double>(latencies.count());
  const double client_share = measured.client_cpu_seconds / measured.seconds;
  std::cout << "{\"requests\":" << latencies.count() << ",\"seconds\":" << measured.seconds
            << ",\"requests_per_second\":" << answers / measured.seconds << ",\"latency_us\":{";
  std::cout << "\"p50\":" << microseconds(latencies.quantile_ns(0.5))
            << ",\"p99\":" << microseconds(latencies.quantile_ns(0.99))
            << ",\"p99.9\":" << microseconds(latencies.quantile_ns(0.999))
            << ",\"max\":" << microseconds(latencies.max_ns()) << '}';
  std::cout << ",\"client_cpu_share\":" << client_share
            << ",\"client_bound\":" << (client_share > kClientBoundShare ? "true" : "false");
  if (measured.server_cpu_seconds && answers > 0) {
    std::cout << ",\"server_cpu_us_per_request\":" << *measured.server_cpu_seconds * 1e6 / answers
              << ",\"server_cpu_share\":" << *measured.server_cpu_seconds / measured.seconds;
  }
  std::cout << ",\"unexpected\":" << workload.refused();
  if (workload.refused() > 0) {
    std::cout << ",\"first_unexpected\":" << json_string(workload.first_refusal());
  }
  std::cout << "}\n";
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags(
      argc, argv,
      {"host",    "port",       "source",           "kind",           "path",
       "expect",  "batch",      "connections",      "pipeline",       "cpu",
       "warmup",  "seconds",    "requests",         "keys",           "rotate",
       "callers", "order",      "organizations",    "rotate-callers", "rotate-organizations",
       "amount",  "server-pid", "idempotency-keys", "socket"});
  if (flags.has("cpu")) farthing::bench::pin_to_cpu(flags.number("cpu"));
  const auto workload = make_workload(flags);
  LoadLoop loop({.host = flags.text("host", "127.0.0.1"),
                 .source = flags.text("source", "127.0.0.1"),
                 .port = static_cast<std::uint16_t>(flags.has("socket") ? 0 : flags.number("port")),
                 .socket = flags.text("socket", ""),
                 .connections = flags.number("connections", 1),
                 .pipeline = flags.number("pipeline", 1)},
                *workload);
  const Measured measured = measure(loop, flags);
  // Counted before the drain: the measured stretch ends with its clock.
  const farthing::bench::LatencyHistogram latencies = loop.latencies();
  loop.drain_until(LoadLoop::Clock::now() + kDrainTime);
  if (!loop.is_idle()) farthing::bench::fail("the server left requests without an answer");
  std::cout.precision(7);
  print_report(latencies, measured, *workload);
  return workload->refused() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
