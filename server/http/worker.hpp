// SPDX-License-Identifier: Apache-2.0
// One I/O thread: its event loop, its connections, and what they share so that they need not own
// it. Everything runs on the worker's own thread unless it says otherwise. Connections share
// ownership, so that a responder may outlive the server.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/ip_network.hpp"
#include "server/http/access_log.hpp"
#include "server/http/answer_writer.hpp"
#include "server/http/connection_roster.hpp"
#include "server/http/crowd_log.hpp"
#include "server/http/handler.hpp"
#include "server/http/memory_budget.hpp"
#include "server/http/options.hpp"
#include "server/http/ready_set.hpp"
#include "server/http/request_ids.hpp"
#include "server/http/stream_socket.hpp"

namespace farthing::http {

// Concrete executor types: the type-erased ones cost an allocation and indirect calls an operation.
using Executor = boost::asio::io_context::executor_type;
using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

// A connection when it is accepted.
struct Arrival {
  IpAddress peer;
  Entrance entrance = Entrance::full;
  std::shared_ptr<const TlsContext> tls;  // null: in clear
  std::unique_ptr<ConnectionRoster::Seat> seat = std::make_unique<ConnectionRoster::Seat>();
  bool probes_only = false;  // the server is full: whatever else is asked gets 503
};

// The state that all workers of a server share.
struct SharedState {
  SharedState(ServerOptions server_options, Handler& server_handler)
      : options(std::move(server_options)),
        handler(server_handler),
        log(options.logger, options.on_failed_handshake),
        crowd_log(log),
        request_memory(std::max(options.request_memory, 4 * options.max_body)) {}

  void tell_shortage(Shortage shortage, const std::optional<IpAddress>& peer) const {
    if (options.on_shortage) options.on_shortage(shortage, peer);
  }

  const ServerOptions options;
  Handler& handler;
  const AccessLog log;
  std::atomic<std::size_t> open_connections{0};
  // The connections that may be closed to make room for one like them: callers', and those that
  // were accepted beyond the limit, where only probes are answered.
  ConnectionRoster callers;
  ConnectionRoster probes;
  CrowdLog crowd_log;  // for the first worker's thread
  MemoryBudget request_memory;
};

class Worker : public std::enable_shared_from_this<Worker> {
 public:
  explicit Worker(std::shared_ptr<SharedState> shared);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  // Runs as the body of the thread. Returns after `stop`, when the last connection is gone.
  void run();
  // Ends idle connections at once, the others when they have been answered or when the shutdown
  // timeout is over. Safe from any thread.
  void stop();
  // Has `connection` send the answer that was left with it. Does nothing after the end of `run`.
  // Safe from any thread.
  void deliver(boost::intrusive_ptr<Connection> connection);

  // Takes over an accepted connection, counted in `open_connections` and, if it is one that may be
  // closed to make room, in the roster.
  void adopt(StreamSocket socket, Arrival arrival);
  void on_closed(Connection& connection);

  // Returns the worker that runs on this thread, or null.
  static const Worker* current() { return current_; }

  boost::asio::io_context& io() { return io_; }
  ReadySet& ready() { return ready_; }
  SharedState& shared() { return *shared_; }
  const ServerOptions& options() const { return shared_->options; }
  bool is_stopping() const { return stopping_; }

  // Returns the time as of the last `update_clock`, exact to some milliseconds.
  std::chrono::steady_clock::time_point now() const { return now_; }
  void update_clock();
  // Returns the longest time between two looks at a connection's deadline: the shortest timeout, so
  // that no new deadline ever lies before the next look.
  std::chrono::milliseconds tick() const { return tick_; }

  AnswerWriter& writer() { return writer_; }
  RequestIds& ids() { return ids_; }

  // Has `connection` write its answers at the end of the round, when all connections have been
  // served. Returns false and does nothing outside of a round.
  bool write_later(Connection& connection);

  // Returns an empty output buffer, with the room that an earlier user gave it. An idle connection
  // keeps none.
  std::string lend_output();
  void return_output(std::string buffer);
  // Returns the place for bytes that nobody looks at.
  std::span<char> drain_buffer() { return drain_buffer_; }

 private:
  struct Connections;

  void begin_stop();
  void watch();
  void begin_round();
  void end_round();
  void end_watch();
  void deliver_all();
  void close_mailbox();

  static thread_local const Worker* current_;

  const std::shared_ptr<SharedState> shared_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<Executor> work_;
  ReadySet ready_;
  Timer shutdown_timer_;
  const std::chrono::milliseconds tick_;
  std::chrono::steady_clock::time_point now_;
  AnswerWriter writer_;
  RequestIds ids_;
  std::vector<std::string> spare_outputs_;
  std::size_t spare_room_ = 0;  // in all of them
  std::array<char, 4096> drain_buffer_;
  bool stopping_ = false;
  // Connections are served in turn, step by step: all read, all are answered, all write. What a
  // step needs stays in the processor's caches that way.
  bool in_round_ = false;
  std::vector<boost::intrusive_ptr<Connection>> unwritten_;
  std::unique_ptr<Connections> connections_;

  std::mutex mailbox_mutex_;
  bool mailbox_closed_ = false;
  std::vector<boost::intrusive_ptr<Connection>> mailbox_;
  // Swapped with the mailbox, so that neither allocates for long.
  std::vector<boost::intrusive_ptr<Connection>> delivering_;
};

}  // namespace farthing::http
