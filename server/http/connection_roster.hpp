// SPDX-License-Identifier: Apache-2.0
// Counts the connections by address and chooses the one that has to go when there is no room for a
// new one: of the address that has most connections, the one that has been idle for the longest
// time. A connection is idle while it waits for its client: for a request, for the rest of one, or
// for the client to take an answer. Connections from an address that stands for many clients are
// each counted by themselves. Safe from any thread; what a connection does between its arrival and
// its end takes no lock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "base/ip_network.hpp"

namespace farthing::http {

class Connection;

class ConnectionRoster {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  class Seat;

 private:
  struct SeenEarlier {
    bool operator()(const Seat* a, const Seat* b) const;
  };
  // All seats of one address, or one seat that is counted by itself.
  struct Group {
    std::set<Seat*, SeenEarlier> seats;
  };

 public:
  // One connection's seat. It stays where it is in memory, and outlives its place in the roster.
  class Seat {
   public:
    Seat() = default;
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    // Notes what the connection does: it waits for its client since then, or has a request that is
    // being answered.
    void set_idle(TimePoint since) { idle_since_.store(since, std::memory_order_relaxed); }
    void set_busy() { idle_since_.store(kBusy, std::memory_order_relaxed); }

    // Returns the roster that it has entered; null when it has entered none and never has to go.
    ConnectionRoster* roster() const { return roster_; }

   private:
    friend class ConnectionRoster;
    static constexpr TimePoint kBusy = TimePoint::max();

    std::atomic<TimePoint> idle_since_{TimePoint()};
    ConnectionRoster* roster_ = nullptr;
    // The roster's mutex guards all below.
    Connection* connection_ = nullptr;
    std::optional<IpAddress> address_;  // nothing: counted by itself
    Group* group_ = nullptr;            // null while it is not in the roster
    Group own_;                         // of a seat that is counted by itself
    TimePoint seen_at_;                 // in use for the last time, as far as was looked
    std::uint64_t number_ = 0;          // in the order of arrival
    bool is_leaving_ = false;           // chosen
  };

  // The connection that has to go.
  struct Leaver {
    Seat& seat;
    std::optional<IpAddress> address;  // nothing: one that stands for many clients
    std::size_t connections;           // of that address, with this one
    Connection* connection;            // null: it has not begun, and will not
  };

  ConnectionRoster() = default;
  ConnectionRoster(const ConnectionRoster&) = delete;
  ConnectionRoster& operator=(const ConnectionRoster&) = delete;

  // Takes a connection in when it arrives. `address` is nothing for a connection that is counted by
  // itself.
  void enter(Seat& seat, const std::optional<IpAddress>& address, TimePoint now);
  // Sets the seat's connection before that begins. Returns false when it is to go already.
  bool begin(Seat& seat, Connection* connection);
  // Removes a connection when it ends, also one that was chosen.
  void leave(Seat& seat);

  // The result of a search for one that is to go. `unfinished` means that so many were in use that
  // the search took long; it goes on at the next call.
  enum class Search : std::uint8_t { found, none, unfinished };

  // Calls `take(Leaver)` for the connection that is to go, which has left the roster then and no
  // longer counts. Holds the lock meanwhile, so that the connection cannot end before `take`
  // returns. A connection that was seen with a request under way is left alone for a moment. `now`
  // is later than each time that was told before.
  template <class Take>
  Search choose(TimePoint now, Take take) {
    const std::lock_guard lock(mutex_);
    Seat* seat = nullptr;
    const Search search = find_leaver(now, seat);
    if (search != Search::found) return search;
    const Leaver leaver{.seat = *seat,
                        .address = seat->address_,
                        .connections = seat->group_->seats.size(),
                        .connection = seat->connection_};
    remove(*seat);
    seat->is_leaving_ = true;
    ++leaving_;
    take(leaver);
    return search;
  }
  // Puts one that was chosen back, because it had a request just then.
  void stay(Seat& seat, TimePoint now);
  // Returns how many have entered and not gone yet, those that were chosen included.
  std::size_t present() const { return present_.load(std::memory_order_relaxed); }
  // Returns how many were chosen and have not gone yet.
  std::size_t leaving() const { return leaving_.load(std::memory_order_relaxed); }

 private:
  // Puts groups with most connections first; of as many, the one that has the seat seen earliest.
  struct MoreCrowded {
    using is_transparent = void;
    bool operator()(const Group* a, const Group* b) const;
    bool operator()(const Group* a, std::size_t count) const;
    bool operator()(std::size_t count, const Group* b) const;
  };

  Search find_leaver(TimePoint now, Seat*& leaver);
  void insert(Seat& seat);
  void remove(Seat& seat);

  std::mutex mutex_;  // guards all below but what is atomic
  std::map<IpAddress, Group> by_address_;
  std::set<Group*, MoreCrowded> order_;
  std::uint64_t next_number_ = 0;
  std::atomic<std::size_t> present_{0};
  std::atomic<std::size_t> leaving_{0};
};

}  // namespace farthing::http
