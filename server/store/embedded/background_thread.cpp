// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/background_thread.hpp"

#include <pthread.h>

#include <utility>

namespace farthing::store::embedded {

BackgroundThread::BackgroundThread() : thread_([this] { work_off(); }) {}

void BackgroundThread::finish() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void BackgroundThread::run(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (is_ending_) return;
    waiting_.push_back(std::move(work));
  }
  has_work_.notify_one();
}

void BackgroundThread::work_off() {
  ::pthread_setname_np(::pthread_self(), "background");
  std::unique_lock lock(mutex_);
  for (;;) {
    has_work_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Work next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    next();
    lock.lock();
  }
}

}  // namespace farthing::store::embedded
