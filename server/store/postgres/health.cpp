// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/health.hpp"

#include <algorithm>

namespace farthing::store::postgres {
namespace {

constexpr std::chrono::seconds kLongWait{3};

}  // namespace

Health::Wait::Wait(Health& health, Time since) : health_(health) {
  const std::lock_guard lock(health_.waits_mutex_);
  place_ = health_.waits_.insert(health_.waits_.end(), since);
}

Health::Wait::~Wait() {
  const std::lock_guard lock(health_.waits_mutex_);
  health_.waits_.erase(place_);
}

void Health::report_reached() {
  reached_at_.store(Clock::now(), std::memory_order_relaxed);
  limitations_.end(kUnreachable);
}

void Health::report_lost(const std::string& why) {
  limitations_.set(kUnreachable, Cause::node, WorkSet::all(), why);
}

void Health::report_worker_lost(const std::string& why) {
  const std::lock_guard lock(mutex_);
  has_trouble_ = true;
  worker_why_ = why;
  worker_.note_trouble(Clock::now());
  tell_worker();
}

void Health::report_workers_reached() {
  if (!has_trouble_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  worker_.note_success(Clock::now());
  tell_worker();
}

void Health::report_late(const std::string& why, Time asked_at) {
  if (reached_at_.load(std::memory_order_relaxed) < asked_at) report_lost(why);
}

void Health::report_read_only(const std::string& why) {
  const std::lock_guard lock(mutex_);
  has_trouble_ = true;
  read_only_why_ = why;
  read_only_.note_trouble(Clock::now());
  tell_read_only();
}

void Health::report_written() {
  if (!has_trouble_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  read_only_.note_success(Clock::now());
  tell_read_only();
}

void Health::report_failure(Work work, const DatabaseError& error) {
  if (!is_trouble_of_database(error)) return;
  const std::lock_guard lock(mutex_);
  has_trouble_ = true;
  error_why_ = advice_on(error);
  kind_of(work).episode.note_trouble(Clock::now());
  tell_errors();
}

void Health::report_done(Work work) {
  if (!has_trouble_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  kind_of(work).episode.note_success(Clock::now());
  tell_errors();
}

void Health::look(Time now) {
  overload_.look(now);
  const std::lock_guard lock(mutex_);
  read_only_.look(now);
  for (Kind& kind : kinds_) kind.episode.look(now);
  worker_.look(now);
  tell_read_only();
  tell_errors();
  tell_worker();
  look_at_waits(now);
  const auto is_in_trouble = [](const Episode& each) {
    return each.is_on() || each.is_in_trouble();
  };
  has_trouble_ = is_in_trouble(read_only_) || is_in_trouble(worker_) ||
                 std::ranges::any_of(kinds_, is_in_trouble, &Kind::episode);
}

Health::Kind& Health::kind_of(Work work) { return *std::ranges::find(kinds_, work, &Kind::work); }

void Health::tell_read_only() {
  if (!read_only_.is_on()) return limitations_.end(kReadOnly);
  limitations_.set(kReadOnly, Cause::shared, WorkSet::writes(), read_only_why_);
}

void Health::tell_errors() {
  WorkSet refused;
  for (const Kind& kind : kinds_) {
    if (kind.episode.is_on()) refused = refused | kind.refused;
  }
  if (refused.is_empty()) return limitations_.end(kErrors);
  limitations_.set(kErrors, Cause::shared, refused, error_why_);
}

// What the other workers have goes on, so no kind of work is refused.
void Health::tell_worker() {
  if (!worker_.is_on()) return limitations_.end(kWorker);
  limitations_.set(kWorker, Cause::shared, {}, worker_why_);
}

void Health::look_at_waits(Time now) {
  bool is_slow = false;
  {
    const std::lock_guard lock(waits_mutex_);
    is_slow = std::ranges::any_of(waits_, [now](Time since) { return now - since > kLongWait; });
  }
  // A known reason is told already.
  const bool is_explained =
      limitations_.has(kUnreachable) || limitations_.has(kReadOnly) || limitations_.has(kWorker);
  if (is_slow && !is_explained) {
    slow_.note_trouble(now);
  } else {
    slow_.note_success(now);
  }
  if (!slow_.is_on()) return limitations_.end(kSlow);
  limitations_.set(kSlow, Cause::node, {},
                   "a batch or a read has been waiting for the database for more than 3 s: "
                   "somebody holds a lock there (pg_locks, pg_stat_activity), a synchronous "
                   "standby is away, or the database is overloaded");
}

}  // namespace farthing::store::postgres
