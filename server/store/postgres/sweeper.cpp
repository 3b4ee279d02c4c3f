// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/sweeper.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "server/store/postgres/queries.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::chrono::milliseconds kInterval{1'000};
constexpr std::int64_t kMaxSwept = 256;  // organizations at a time
constexpr std::int64_t kMaxStuck = 10'000;
// Far longer than it takes to ask all workers of Citus for what is due.
constexpr std::chrono::milliseconds kLongestLook{2'000};

std::vector<OrganizationId> organizations_of(const Rows& rows) {
  std::vector<OrganizationId> organizations;
  for (std::size_t row = 0; row < rows.size(); ++row) organizations.push_back({rows.id(row, 0)});
  return organizations;
}

}  // namespace

Sweeper::Sweeper(const SessionOptions& session, Health& health, StoreClock& clock, Writers& writers)
    : session_options_(session), health_(health), clock_(clock), writers_(writers), thread_([this] {
        run();
      }) {}

Sweeper::~Sweeper() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stops_.notify_one();
}

void Sweeper::run() {
  ::pthread_setname_np(::pthread_self(), "sweeper");
  Session session(session_options_, health_);
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (stops_.wait_for(lock, kInterval, [this] { return is_stopping_; })) return;
    }
    try_to_write(session);
    sweep(session);
  }
}

// Tries a write of its own: while the database is known to take nothing, no request may come to
// try.
void Sweeper::try_to_write(Session& session) {
  if (health_.is_read_only() && session.run({Call{kTouchDirectory}})) health_.report_written();
}

// Agrees with the other nodes by one row. A node that doubts the clock writes that; one that does
// not takes it back and writes what time it is. The others thereby end the doubt of a node that was
// asleep, and a node that starts does not explain by a long stop what the others doubt.
void Sweeper::keep_clock(Session& session, const SharedClock& shared) {
  clock_.follow(shared, health_.limitations());
  const LedgerTime time = clock_.read();
  const bool is_mark_due =
      !shared.mark || time.at >= shared.mark->plus(EffectiveClock::kMarkInterval);
  if (shared.is_doubted == time.is_in_doubt && !is_mark_due) return;
  Parameters parameters;
  parameters.add(time.at.us()).add(std::int64_t{time.is_in_doubt ? 1 : 0});
  (void)session.run({Call{kKeepStoreClock, std::move(parameters)}});
}

void Sweeper::sweep(Session& session) {
  const auto asked_at = clock_.elapsed();
  const auto answers = session.run({Call{kClock}, Call{kReadStoreClock}});
  if (!answers) return;
  (void)clock_.observe(answers->front().instant(0, 0), asked_at);
  keep_clock(session, read_shared_clock((*answers)[1]));
  auto due = find_due(session);
  if (!due) return;
  std::vector<OrganizationId> organizations = *std::move(due);
  std::set<OrganizationId> found(organizations.begin(), organizations.end());
  stuck_ = static_cast<std::size_t>(
      std::ranges::count_if(found, [this](OrganizationId id) { return last_found_.contains(id); }));
  last_found_ = std::move(found);
  if (organizations.empty()) return;
  std::promise<void> booked;
  writers_.submit(SweepRequest{.organizations = std::move(organizations),
                               .done = [&booked] { booked.set_value(); }});
  booked.get_future().wait();
}

Checked<std::vector<OrganizationId>> Sweeper::find_due(Session& session) {
  // Organizations that stay due, because they cannot be read, must not crowd out the rest.
  Parameters parameters;
  const auto stuck = static_cast<std::int64_t>(stuck_);
  parameters.add(clock_.now().us()).add(kMaxSwept + std::min(stuck, kMaxStuck));
  if (health_.silent_workers().has_any()) {
    return find_due_by_shard(session, std::move(parameters));
  }
  if (!session_options_.repeats_late) session.set_deadline(Health::Clock::now() + kLongestLook);
  const auto found = session.run({Call{kFindDue, parameters}});
  session.set_deadline({});
  if (found) {
    session.report_workers_reached();
    return organizations_of(found->front());
  }
  if (!session.is_in_the_way(found.error())) return found.error();
  return find_due_by_shard(session, std::move(parameters));
}

// The other workers' organizations are not to wait for one that does not answer.
Checked<std::vector<OrganizationId>> Sweeper::find_due_by_shard(Session& session,
                                                                Parameters parameters) {
  const auto workers = look_at_workers(session);
  if (!workers) return workers.error();
  health_.silent_workers().set(workers->silent);
  if (workers->lost.empty()) {
    session.report_workers_reached();
  } else if (!workers->silent.empty()) {
    health_.report_worker_lost(silent_worker_error().message);
  }
  parameters.add_numbers(workers->lost, [](WorkerNumber worker) { return worker; });
  const auto found = session.run({Call{kFindDueByShard, std::move(parameters)}});
  if (!found) return found.error();
  return organizations_of(found->front());
}

}  // namespace farthing::store::postgres
