// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/sweeper.hpp"

#include <pthread.h>

#include <chrono>
#include <future>
#include <utility>

#include "server/store/postgres/statements.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::chrono::milliseconds kInterval{1'000};
constexpr std::int64_t kMaxSwept = 256;  // organizations at a time

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
    sweep(session);
  }
}

void Sweeper::sweep(Session& session) {
  Parameters parameters;
  parameters.add(clock_.now().us()).add(kMaxSwept);
  const auto answers = session.run({Call{kClock}, Call{kFindDue, std::move(parameters)}});
  if (!answers) return;
  (void)clock_.observe(answers->front().instant(0, 0));
  const Rows& due = answers->back();
  if (due.is_empty()) return;
  std::vector<OrganizationId> organizations;
  for (std::size_t row = 0; row < due.size(); ++row) organizations.push_back({due.id(row, 0)});
  std::promise<void> booked;
  writers_.submit(SweepRequest{.organizations = std::move(organizations),
                               .done = [&booked] { booked.set_value(); }});
  booked.get_future().wait();
}

}  // namespace farthing::store::postgres
