// SPDX-License-Identifier: Apache-2.0
#include "server/http/listener.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <system_error>
#include <utility>

#include "base/address_block.hpp"
#include "server/http/connection.hpp"

namespace farthing::http {

namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

// The time to wait when there is no room for a connection, or no file descriptor.
constexpr std::chrono::milliseconds kPause{50};
// The most connections that are accepted before somebody else has a turn on the thread.
constexpr int kMostAtOnce = 16;

// Returns whether the failure is of the one connection and says nothing about the next.
bool is_about_connection(std::error_code error) {
  return error == std::errc::connection_aborted || error == std::errc::interrupted;
}

}  // namespace

std::optional<IpAddress> counted_as(const IpAddress& peer, const ServerOptions& options) {
  const bool is_many =
      options.trusted_proxies.include(peer) || (is_loopback(peer) && !options.counts_loopback);
  if (is_many) return {};
  return address_block_of(peer);
}

Listener::Listener(const std::vector<std::shared_ptr<Worker>>& workers, ListenAddress address,
                   Entrance entrance)
    : workers_(workers),
      shared_(workers.front()->shared()),
      address_(std::move(address)),
      entrance_(entrance),
      tls_(shared_.options.tls),
      watched_(workers.front()->io()),
      pause_timer_(workers.front()->io()) {}

Listener::~Listener() { close(); }

std::optional<std::string> Listener::open() {
  auto socket = ListeningSocket::open(address_, shared_.options.backlog);
  if (!socket) return std::move(socket).error();
  socket_.emplace(*std::move(socket));
  // What a Unix socket carries does not leave this machine.
  if (socket_->is_unix()) tls_.reset();
  port_ = socket_->port();
  ErrorCode error;
  watched_.assign(socket_->native(), error);
  if (!error) return {};
  socket_.reset();
  return "cannot wait for connections: " + error.message();
}

// Leaves out connections that have been told to go and those that were accepted beyond the limit.
bool Listener::has_room() const {
  const std::size_t open = shared_.open_connections.load(std::memory_order_relaxed);
  const std::size_t reserve = is_for_operators() ? kOperatorReserve : 0;
  return open < shared_.options.max_connections + reserve + shared_.callers.leaving() +
                    shared_.probes.present();
}

// Makes room for a client that waits while there is none: a connection that waits for its own
// client has to go.
Listener::Room Listener::make_room() {
  const auto now = std::chrono::steady_clock::now();
  const auto search = shared_.callers.choose(now, [&](const ConnectionRoster::Leaver& leaver) {
    shared_.crowd_log.closed(leaver.address, leaver.connections, now);
    if (leaver.connection != nullptr) leaver.connection->ask_to_make_room();
  });
  if (search == ConnectionRoster::Search::found) return has_room() ? Room::usual : Room::not_yet;
  if (search == ConnectionRoster::Search::unfinished) return Room::not_yet;
  shared_.crowd_log.refused(now);
  shared_.tell_shortage(Shortage::connections, {});
  if (is_for_operators()) return Room::none;
  if (shared_.probes.present() - shared_.probes.leaving() < kProbeReserve) return Room::for_probes;
  const auto other = shared_.probes.choose(now, [](const ConnectionRoster::Leaver& leaver) {
    if (leaver.connection != nullptr) leaver.connection->ask_to_make_room();
  });
  return other == ConnectionRoster::Search::found ? Room::for_probes : Room::none;
}

void Listener::accept() {
  if (!socket_) return;
  watched_.async_wait(decltype(watched_)::wait_read, [this](ErrorCode error) {
    if (!error) take_all_waiting();
  });
}

void Listener::take_all_waiting() {
  if (!socket_) return;
  for (int i = 0; i < kMostAtOnce; ++i) {
    Room room = Room::usual;
    if (!has_room()) {
      // Room is made only for a client that is known to wait.
      if (i > 0) break;
      room = make_room();
      if (room == Room::none) return pause();
      if (room == Room::not_yet) return resume();
    }
    if (!take_waiting(room)) break;
  }
  if (!is_pausing_) accept();
}

// Returns false when nobody waits, or a pause is needed.
bool Listener::take_waiting(Room room) {
  auto accepted = socket_->accept();
  if (accepted) {
    hand_over(*std::move(accepted), room);
    return true;
  }
  const std::error_code error = accepted.error();
  if (is_about_connection(error)) return true;
  if (error != std::errc::resource_unavailable_try_again) {
    // There are no file descriptors or no memory: the connection stays in the queue, and trying
    // again at once would only spin.
    shared_.log.accept_failed(error.message());
    pause();
  }
  return false;
}

void Listener::hand_over(Accepted accepted, Room room) {
  Worker& worker = *workers_[next_worker_];
  next_worker_ = (next_worker_ + 1) % workers_.size();
  shared_.open_connections.fetch_add(1, std::memory_order_relaxed);
  Arrival arrival{.peer = accepted.peer,
                  .entrance = entrance_,
                  .tls = tls_,
                  .probes_only = room == Room::for_probes};
  if (!is_for_operators()) {
    ConnectionRoster& roster = arrival.probes_only ? shared_.probes : shared_.callers;
    roster.enter(*arrival.seat, counted_as(accepted.peer, shared_.options),
                 std::chrono::steady_clock::now());
  }
  asio::dispatch(worker.io(), [&worker, socket = std::move(accepted.socket),
                               arrival = std::move(arrival)]() mutable {
    worker.adopt(std::move(socket), std::move(arrival));
  });
}

void Listener::pause() {
  is_pausing_ = true;
  pause_timer_.expires_after(kPause);
  pause_timer_.async_wait([this](ErrorCode error) {
    if (error) return;
    is_pausing_ = false;
    accept();
  });
}

// Accepts again after others have had a turn.
void Listener::resume() {
  asio::post(watched_.get_executor(), [this] { accept(); });
}

void Listener::set_tls(std::shared_ptr<const TlsContext> tls) {
  if (socket_ && !socket_->is_unix()) tls_ = std::move(tls);
}

void Listener::close() {
  if (!socket_) return;
  watched_.release();
  socket_.reset();
  pause_timer_.cancel();
}

}  // namespace farthing::http
