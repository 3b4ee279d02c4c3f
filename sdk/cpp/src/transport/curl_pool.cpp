// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/transport/curl_pool.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <utility>

namespace farthing::sdk {
namespace {

constinit std::atomic<std::uint64_t> forks{0};

void count_fork() { forks.fetch_add(1, std::memory_order_relaxed); }

// Returns how many forks lie between this process and the one that first asked. Any thread may ask.
std::uint64_t fork_count() {
  static const int registered = ::pthread_atfork(nullptr, nullptr, &count_fork);
  static_cast<void>(registered);
  return forks.load(std::memory_order_relaxed);
}

}  // namespace

CurlPool::CurlPool(const CurlTransportOptions& options, CurlPool* inherited)
    : options_(options), inherited_(inherited), fork_count_(fork_count()) {
  if (inherited_) inherited_->close_inherited_sockets();
}

bool CurlPool::is_ours() const { return fork_count_ == fork_count(); }

CurlHandle* CurlPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      CurlHandle* handle = idle_.back();
      idle_.pop_back();
      return handle;
    }
  }
  auto handle = CurlHandle::make(options_);
  if (!handle) return nullptr;
  const std::lock_guard lock(mutex_);
  all_.reserve(all_.size() + 1);
  idle_.reserve(all_.size() + 1);  // so that giving back cannot fail
  return all_.emplace_back(std::move(handle)).get();
}

void CurlPool::give_back(CurlHandle* handle) {
  std::unique_ptr<CurlHandle> surplus;  // destroyed after the lock, for it closes a connection
  const std::lock_guard lock(mutex_);
  if (idle_.size() < options_.max_idle_connections) {
    idle_.push_back(handle);
    return;
  }
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&](const auto& owned) { return owned.get() == handle; });
  surplus = std::move(*found);
  all_.erase(found);
}

void CurlPool::close_inherited_sockets() noexcept {
  // A thread that only the parent has may hold the lock for ever: the sockets then stay open.
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  for (const auto& handle : all_) handle->close_inherited_sockets();
}

}  // namespace farthing::sdk
