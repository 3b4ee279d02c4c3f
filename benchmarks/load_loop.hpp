// SPDX-License-Identifier: Apache-2.0
// Keeps a number of connections to one server busy with the requests of a workload, on one thread.
//
// Closed loop: a connection sends `pipeline` requests with one write, waits for all their answers,
// and sends the next ones. The latency of an answer counts from that write to the read that brought
// the answer's last byte.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/latency_histogram.hpp"
#include "benchmarks/workload.hpp"

namespace farthing::bench {

struct LoadTarget {
  std::string host = "127.0.0.1";    // An IPv4 address.
  std::string source = "127.0.0.1";  // The IPv4 address of this end.
  std::uint16_t port = 0;
  std::string socket;  // The path of a Unix socket, in place of all these; empty: none.
  std::size_t connections = 1;
  std::size_t pipeline = 1;
};

class LoadLoop {
 public:
  using Clock = std::chrono::steady_clock;

  // Connects everything; ends the program when the server does not accept. `workload` must outlive
  // the loop.
  LoadLoop(const LoadTarget& target, Workload& workload);
  LoadLoop(const LoadLoop&) = delete;
  LoadLoop& operator=(const LoadLoop&) = delete;
  ~LoadLoop();

  // Works until `deadline`, or until the workload has no more requests and all answers are there.
  // Requests in flight at the deadline stay in flight. Ends the program when a connection breaks or
  // an answer cannot be read.
  void run_until(Clock::time_point deadline);

  // Sends nothing more and waits for the answers in flight, until `deadline` at most.
  void drain_until(Clock::time_point deadline);

  bool is_idle() const { return busy_connections_ == 0; }

  // Of the answers since the start or the last `clear()`.
  LatencyHistogram& latencies() { return latencies_; }

 private:
  struct Connection {
    int socket = -1;
    std::size_t awaited = 0;  // Answers that the last write asked for and that are not here yet.
    Clock::time_point sent_at;
    std::string unsent;  // What the socket did not take of the last write.
    std::string unread;  // The beginning of an answer whose rest is on the way.
  };
  enum class Sending { on, off };

  void connect_all(const LoadTarget& target);
  void work_until(Clock::time_point deadline, Sending sending);
  void send_next(std::size_t index);
  void write_to(std::size_t index, std::string_view bytes);
  void read_from(std::size_t index);
  std::size_t take_answers(std::size_t index, std::string_view bytes, Clock::time_point now);
  void watch(std::size_t index, std::uint32_t events, int operation);

  Workload& workload_;
  std::size_t pipeline_;
  int epoll_ = -1;
  std::vector<Connection> connections_;
  std::size_t busy_connections_ = 0;
  std::string out_;
  std::vector<char> in_;
  LatencyHistogram latencies_;
};

}  // namespace farthing::bench
