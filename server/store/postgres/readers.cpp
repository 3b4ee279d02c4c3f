// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/readers.hpp"

#include <pthread.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace farthing::store::postgres {
namespace {

constexpr std::size_t kMaxQuickBatch = 1'024;
// Far longer than a batch takes, and too short for anybody to notice.
constexpr std::chrono::milliseconds kHoldBack{5};

Error overloaded(Health& health) {
  health.report_overload();
  return make_error(ErrorCode::unavailable, "Too many requests are waiting. Try again later.");
}

Error late() {
  return make_error(ErrorCode::unavailable,
                    "The server's database did not answer in time. Try again later.");
}

Error stopping() {
  return make_error(ErrorCode::unavailable, "The server is stopping. Try again later.");
}

void refuse(QuickRequest& request, const Error& error) {
  std::visit([&](auto& each) { each.reply(error); }, request);
}

}  // namespace

Readers::Readers(const SessionOptions& session, Health& health, StoreClock& clock, Options options)
    : session_options_(session),
      health_(health),
      clock_(clock),
      patience_(options.patience),
      quick_(options.max_waiting, kHoldBack),
      tasks_(options.max_waiting) {
  for (std::size_t i = 0; i < options.quick_threads; ++i) {
    threads_.emplace_back([this] { run_quick(); });
  }
  for (std::size_t i = 0; i < options.task_threads; ++i) {
    threads_.emplace_back([this] { run_tasks(); });
  }
}

Readers::~Readers() {
  quick_.close();
  tasks_.close();
}

thread_local Readers::Quick Readers::quick_here_;

void Readers::submit(PrincipalRequest request) { enqueue(std::move(request)); }

void Readers::submit(BalanceRequest request) {
  const bool is_answered =
      quick_here_.readers == this && quick_here_.reader->answer_within(request);
  if (!is_answered) enqueue(std::move(request));
}

void Readers::enqueue(QuickRequest request) {
  using Queue = WorkQueue<Dated<QuickRequest>>;
  Dated<QuickRequest> waiting{std::move(request)};
  const Queue::Verdict verdict = quick_.push(waiting);
  if (verdict != Queue::Verdict::taken) {
    refuse(waiting.work, verdict == Queue::Verdict::full ? overloaded(health_) : stopping());
  }
}

void Readers::submit(ReadTask task) {
  using Queue = WorkQueue<Dated<ReadTask>>;
  Dated<ReadTask> waiting{std::move(task)};
  const Queue::Verdict verdict = tasks_.push(waiting);
  if (verdict != Queue::Verdict::taken) {
    waiting.work(verdict == Queue::Verdict::full ? overloaded(health_) : stopping());
  }
}

void Readers::run_tasks() {
  ::pthread_setname_np(::pthread_self(), "reader");
  Session session(session_options_, health_);
  for (;;) {
    auto tasks = tasks_.take(1);
    if (tasks.empty()) return;
    auto& [task, since] = tasks.front();
    session.set_deadline(since + patience_);
    if (session.has_time_at(Health::Clock::now())) {
      task(&session);
    } else {
      task(late());
    }
  }
}

void Readers::run_quick() {
  ::pthread_setname_np(::pthread_self(), "quick-reader");
  QuickReader reader(session_options_, health_, clock_);
  quick_here_ = {.readers = this, .reader = &reader};
  for (;;) {
    auto waiting = quick_.take(kMaxQuickBatch);
    if (waiting.empty()) return;
    const auto begin_at = Health::Clock::now() + Session::kShortestWait;
    std::vector<QuickRequest> requests;
    auto deadline = Health::Time::max();
    for (auto& [request, since] : waiting) {
      if (begin_at > since + patience_) {
        refuse(request, late());
      } else {
        deadline = std::min(deadline, since + patience_);
        requests.push_back(std::move(request));
      }
    }
    if (!requests.empty()) {
      const Health::Wait wait(health_, deadline - patience_);
      reader.answer(std::move(requests), deadline);
    }
    quick_.done();
  }
}

}  // namespace farthing::store::postgres
