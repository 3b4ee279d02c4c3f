// SPDX-License-Identifier: Apache-2.0
#include "server/http/worker.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/intrusive/list.hpp>
#include <ctime>
#include <utility>

#include "server/http/connection.hpp"

namespace farthing::http {

namespace {

constexpr std::size_t kUsualOutput = std::size_t{4} * 1024;
// No buffer with more room than this is kept for the next users, nor more room in all.
constexpr std::size_t kLargeOutput = std::size_t{128} * 1024;
constexpr std::size_t kMostSpareOutput = std::size_t{512} * 1024;

// Reads a coarse clock from memory that the kernel updates every few milliseconds.
timespec coarse_time(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return time;
}

std::chrono::milliseconds shortest_timeout(const ServerOptions& options) {
  return std::max(std::chrono::milliseconds(1),
                  std::min({options.handshake_timeout, options.idle_timeout, options.head_timeout,
                            options.body_timeout, options.handler_timeout, options.write_timeout,
                            options.linger_timeout}));
}

}  // namespace

// The open connections. Holds a reference to each, from its arrival until it is closed.
struct Worker::Connections {
  boost::intrusive::list<Connection> list;
};

thread_local const Worker* Worker::current_ = nullptr;

Worker::Worker(std::shared_ptr<SharedState> shared)
    : shared_(std::move(shared)),
      io_(1),
      work_(io_.get_executor()),
      ready_(io_),
      shutdown_timer_(io_.get_executor()),
      tick_(shortest_timeout(shared_->options)),
      connections_(std::make_unique<Connections>()) {
  update_clock();
}

Worker::~Worker() = default;

void Worker::run() {
  current_ = this;
  watch();
  io_.run();
  close_mailbox();
  current_ = nullptr;
}

void Worker::stop() {
  boost::asio::post(io_, [this] { begin_stop(); });
}

void Worker::watch() {
  ready_.wait([this](boost::system::error_code error) {
    if (error) return;
    begin_round();
    ready_.tell();
    end_round();
    watch();
  });
}

void Worker::begin_round() {
  update_clock();
  in_round_ = true;
}

void Worker::end_round() {
  in_round_ = false;
  for (const auto& connection : unwritten_) connection->write_answers();
  unwritten_.clear();
}

bool Worker::write_later(Connection& connection) {
  if (in_round_) unwritten_.emplace_back(&connection);
  return in_round_;
}

// Ends what would keep the event loop from ever being out of work.
void Worker::end_watch() {
  shutdown_timer_.cancel();
  ready_.close();
}

void Worker::begin_stop() {
  if (stopping_) return;
  stopping_ = true;
  update_clock();
  work_.reset();
  auto& list = connections_->list;
  for (auto it = list.begin(); it != list.end();) {
    const boost::intrusive_ptr<Connection> connection(&*it++);
    connection->stop_when_idle();
  }
  if (list.empty()) return end_watch();
  shutdown_timer_.expires_after(options().shutdown_timeout);
  shutdown_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    while (!connections_->list.empty()) {
      const boost::intrusive_ptr<Connection> connection(&connections_->list.front());
      connection->cut();
    }
  });
}

void Worker::adopt(StreamSocket socket, Arrival arrival) {
  const boost::intrusive_ptr<Connection> connection(
      new Connection(shared_from_this(), std::move(socket), std::move(arrival)));
  connections_->list.push_back(*connection);
  intrusive_ptr_add_ref(connection.get());
  update_clock();
  ConnectionRoster* const roster = connection->seat().roster();
  const bool may_begin = roster == nullptr || roster->begin(connection->seat(), connection.get());
  if (stopping_ || !may_begin) return connection->cut();
  connection->start();
}

void Worker::on_closed(Connection& connection) {
  auto& list = connections_->list;
  list.erase(list.iterator_to(connection));
  // Takes over the list's reference, which `adopt` has counted.
  const boost::intrusive_ptr<Connection> last(&connection, false);
  if (ConnectionRoster* const roster = connection.seat().roster()) roster->leave(connection.seat());
  shared_->open_connections.fetch_sub(1, std::memory_order_relaxed);
  if (stopping_ && list.empty()) end_watch();
}

void Worker::deliver(boost::intrusive_ptr<Connection> connection) {
  const std::lock_guard lock(mailbox_mutex_);
  if (mailbox_closed_) return;
  mailbox_.push_back(std::move(connection));
  // One wake-up serves all that come before the worker looks.
  if (mailbox_.size() == 1) boost::asio::post(io_, [this] { deliver_all(); });
}

void Worker::deliver_all() {
  {
    const std::lock_guard lock(mailbox_mutex_);
    delivering_.swap(mailbox_);
  }
  begin_round();
  std::size_t in_round = 0;
  for (const auto& connection : delivering_) {
    connection->on_delivery();
    if (++in_round < ReadySet::kMostAtOnce) continue;
    end_round();
    begin_round();
    in_round = 0;
  }
  delivering_.clear();
  end_round();
}

void Worker::close_mailbox() {
  // Comes before the lock, so that it lets go of the connections after it.
  std::vector<boost::intrusive_ptr<Connection>> late;
  const std::lock_guard lock(mailbox_mutex_);
  mailbox_closed_ = true;
  late.swap(mailbox_);
}

void Worker::update_clock() {
  const timespec time = coarse_time(CLOCK_MONOTONIC_COARSE);
  // std::chrono::steady_clock counts CLOCK_MONOTONIC.
  now_ = std::chrono::steady_clock::time_point(std::chrono::seconds(time.tv_sec) +
                                               std::chrono::nanoseconds(time.tv_nsec));
  writer_.set_time(coarse_time(CLOCK_REALTIME_COARSE).tv_sec);
}

std::string Worker::lend_output() {
  std::string buffer;
  if (spare_outputs_.empty()) {
    buffer.reserve(kUsualOutput);
  } else {
    buffer = std::move(spare_outputs_.back());
    spare_outputs_.pop_back();
    spare_room_ -= buffer.capacity();
  }
  return buffer;
}

void Worker::return_output(std::string buffer) {
  const std::size_t room = buffer.capacity();
  if (room < kUsualOutput || room > kLargeOutput) return;
  if (spare_room_ + room > kMostSpareOutput) return;
  buffer.clear();
  spare_room_ += room;
  spare_outputs_.push_back(std::move(buffer));
}

}  // namespace farthing::http
