// SPDX-License-Identifier: Apache-2.0
// For tests of the transport: a handler that does what the path says, a log that can be read, and a
// server on a free port.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "server/http/server.hpp"
#include "server/testing/raw_client.hpp"

namespace farthing::http {

// Keeps log lines for the test to look at or to wait for.
class LogLines {
 public:
  // A logger at `level` that writes here; this object has to outlive it.
  std::shared_ptr<spdlog::logger> make_logger(std::string_view level);

  std::vector<std::string> all() const;
  // Waits until a line contains `text`; false after 20 seconds.
  bool wait_for(std::string_view text) const;

 private:
  class Sink;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> lines_;
};

// /echo      method, path, query, some headers, client, entrance and body, now
// /later     the same, from another thread
// /hold      keeps the responder until `release_held`
// /drop      drops the responder; /drop-later on another thread; /drop-undescribed and `describe`
//            throws
// /throw     throws
// /large     8 MiB; /medium 48 KiB
// /none      204
// /fixed     a ResponseHead with body
// /refused       a head gets 401, /refused-later from another thread; /accepted-later is accepted
//                from another thread and then as /echo
// /small         at most 100 bytes of body, then as /echo
// /dropped-head  drops the responder of the head; /thrown-head throws; /waits-for-ever keeps it
// /probe         asks how the server does, and gets 204
// anything else: 404
class PathHandler : public Handler {
 public:
  PathHandler();
  ~PathHandler() override;

  void handle_head(const Request& head, Responder responder) override;
  bool is_probe(const Request& request) const override { return request.path() == "/probe"; }
  void handle(const Request& request, Responder responder) override;
  Response describe(const TransportError& error) override;

  // Waits until `count` requests to /hold are held; false after 20 seconds.
  bool wait_for_held(std::size_t count);
  bool holds_one();
  // Answers what is held, on the caller's thread.
  void release_held();

  // How many heads were asked about.
  int heads() const { return heads_; }

  static constexpr std::size_t kLargeSize = std::size_t{8} * 1024 * 1024;
  static constexpr std::size_t kMediumSize = std::size_t{48} * 1024;

 private:
  struct Held {
    const Request* request;
    Responder responder;
  };

  void answer_later(const Request& request, Responder responder);
  void run();

  const ResponseHead fixed_{200, "text/plain", {{"X-Fixed", "yes"}}};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Held> held_;
  std::vector<Held> later_;
  bool stopping_ = false;
  std::atomic<int> heads_ = 0;
  std::thread thread_;
};

class TransportTest : public testing::Test {
 protected:
  // Called once, before any client. Unless `options` says where, on a free port.
  void start(ServerOptions options = {});
  RawClient connect() const { return RawClient(server_->port()); }
  // Sends `request` on a connection of its own and reads the answer.
  std::optional<RawAnswer> ask(std::string_view request) const;
  // Waits until no connection is open; false after 20 seconds. Yields between two looks, or sleeps.
  bool wait_for_no_connections(std::chrono::milliseconds pause = {}) const;

  LogLines log_;
  PathHandler handler_;
  std::unique_ptr<Server> server_;
};

}  // namespace farthing::http
