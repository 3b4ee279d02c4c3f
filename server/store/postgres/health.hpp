// SPDX-License-Identifier: Apache-2.0
// A node's knowledge of its database: whether the last who tried could reach it, what it refuses,
// and for how long somebody has been waiting for it. Safe to use from any thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "server/store/episode.hpp"
#include "server/store/limitation.hpp"
#include "server/store/news.hpp"
#include "server/store/overload.hpp"
#include "server/store/postgres/database_error.hpp"
#include "server/store/postgres/silent_workers.hpp"

namespace farthing::store::postgres {

class Health {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  // `tell` gets one line each time; it may be empty, and is called from any thread.
  explicit Health(std::function<void(const std::string&)> tell)
      : limitations_(tell), news_(std::move(tell)) {}

  // Says that somebody waits for the database: since `since`, for as long as this lives.
  class Wait {
   public:
    explicit Wait(Health& health, Time since = Clock::now());
    ~Wait();
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    Health& health_;
    std::list<Time>::iterator place_;
  };

  Limitations& limitations() { return limitations_; }
  std::vector<Limitation> all_limitations() const { return limitations_.all(); }

  void report_reached();
  // Takes in that the connection was lost. Another node may still reach the database, so this is
  // the node's own trouble.
  void report_lost(const std::string& why);
  // These take in that a worker of Citus did not answer its coordinator, and that all did.
  void report_worker_lost(const std::string& why);
  void report_workers_reached();
  // Takes in that no answer came to what was asked at `asked_at`. If others got one meanwhile, the
  // database can be reached.
  void report_late(const std::string& why, Time asked_at);
  // Takes in that the database answers but lets nothing be written: its disk is full, or it is
  // read-only for all. That is every node's trouble.
  void report_read_only(const std::string& why);
  void report_written();
  bool is_read_only() const { return limitations_.has(kReadOnly); }
  SilentWorkers& silent_workers() { return silent_workers_; }
  // These take in how work of a kind (acts, movements or reads) ended. Only a trouble of the
  // database's own counts as a failure. Work that cannot tell whether such a trouble is over must
  // not be reported as done.
  void report_failure(Work work, const DatabaseError& error);
  void report_done(Work work);
  // Takes in that a request was refused because too many wait for the database.
  void report_overload() { overload_.note(); }
  // Tells the operator what went wrong while the database could be reached.
  void say(const std::string& what) { news_.say(what); }

  // Begins and ends what time alone decides. Must be called several times a second by a thread that
  // never waits for the database.
  void look(Time now = Clock::now());

 private:
  static constexpr const char* kUnreachable = "database";
  static constexpr const char* kReadOnly = "database_writes";
  static constexpr const char* kErrors = "database_errors";
  static constexpr const char* kWorker = "database_worker";
  static constexpr const char* kSlow = "slow_writes";

  // A kind of work, and whether the database refuses it.
  struct Kind {
    Work work;
    WorkSet refused;  // what fails together with it
    Episode episode{{.begins_after = std::chrono::milliseconds(500), .ends_unasked = true}};
  };

  Kind& kind_of(Work work);
  // Called under the mutex.
  void tell_read_only();
  void tell_errors();
  void tell_worker();
  void look_at_waits(Time now);

  Limitations limitations_;
  Overload overload_{limitations_};
  SilentWorkers silent_workers_;
  News news_;
  std::atomic<Time> reached_at_{};
  // Whether anything is in trouble. While nothing is, a success costs next to nothing.
  std::atomic<bool> has_trouble_ = false;
  std::mutex waits_mutex_;  // guards `waits_`
  std::list<Time> waits_;   // since when
  std::mutex mutex_;        // guards what follows
  Episode read_only_{{}};
  std::string read_only_why_;
  std::array<Kind, 3> kinds_{{{Work::acts, Work::acts | Work::protection},
                              {Work::movements, Work::movements | Work::protection},
                              {Work::reads, Work::reads}}};
  std::string error_why_;  // of the last that was refused
  Episode worker_{{.ends_unasked = true}};
  std::string worker_why_;
  Episode slow_{{}};
};

}  // namespace farthing::store::postgres
