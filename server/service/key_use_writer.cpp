// SPDX-License-Identifier: Apache-2.0
#include "server/service/key_use_writer.hpp"

#include <pthread.h>

#include <algorithm>
#include <future>
#include <map>
#include <utility>

namespace farthing::service {
namespace {

// More are not kept for later: a store that is away for long must not fill the memory.
constexpr std::size_t kMaxUnwritten = 100'000;

// Returns each key once, with its latest use.
std::vector<directory::KeyUse> merge(const std::vector<directory::KeyUse>& uses) {
  std::map<ApiKeyId, Instant> latest;
  for (const directory::KeyUse& use : uses) {
    Instant& at = latest[use.key];
    at = std::max(at, use.at);
  }
  std::vector<directory::KeyUse> merged;
  merged.reserve(latest.size());
  for (const auto& [key, at] : latest) merged.push_back({.key = key, .at = at});
  return merged;
}

}  // namespace

KeyUseWriter::KeyUseWriter(store::Store& store, KeyUses& uses, std::chrono::milliseconds interval,
                           std::function<void(const std::string&)> tell)
    : store_(store), uses_(uses), interval_(interval), tell_(std::move(tell)), thread_([this] {
        run();
      }) {}

KeyUseWriter::~KeyUseWriter() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stops_.notify_one();
}

void KeyUseWriter::run() {
  ::pthread_setname_np(::pthread_self(), "key uses");
  for (bool is_last = false; !is_last;) {
    {
      std::unique_lock lock(mutex_);
      is_last = stops_.wait_for(lock, interval_, [this] { return is_stopping_; });
    }
    write();
  }
}

void KeyUseWriter::write() {
  if (unwritten_.size() > kMaxUnwritten) unwritten_.clear();
  const auto fresh = uses_.take_new();
  unwritten_.insert(unwritten_.end(), fresh.begin(), fresh.end());
  if (unwritten_.empty()) return;
  if (store::refused_by(store_.limitations()).has(store::Work::acts)) return;
  unwritten_ = merge(unwritten_);
  std::promise<Result<Done>> written;
  store_.note_key_uses(unwritten_,
                       [&written](Result<Done> done) { written.set_value(std::move(done)); });
  const auto done = written.get_future().get();
  if (done) unwritten_.clear();
  note(done);
}

void KeyUseWriter::note(const Result<Done>& done) {
  if (done.has_value() != is_failing_) return;
  is_failing_ = !done;
  if (!tell_) return;
  tell_(done ? "the last uses of keys are kept again"
             : "the last uses of keys cannot be kept: " + done.error().message);
}

}  // namespace farthing::service
