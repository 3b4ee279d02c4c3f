// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/shredder.hpp"

#include <pthread.h>

#include <algorithm>
#include <memory>

namespace farthing::store::embedded {
namespace {

constexpr std::chrono::milliseconds kLookInterval{1'000};
// A round takes seconds, or minutes where much must be written anew.
constexpr std::chrono::minutes kLongRound{30};

}  // namespace

Shredder::Shredder(Parts parts, std::chrono::milliseconds delay)
    : parts_(parts), delay_(delay), thread_([this] { run(); }) {}

Shredder::~Shredder() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  ends_.notify_one();
}

bool Shredder::rest(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return ends_.wait_for(lock, time, [this] { return is_ending_; });
}

bool Shredder::is_ending() {
  const std::lock_guard lock(mutex_);
  return is_ending_;
}

void Shredder::run() {
  ::pthread_setname_np(::pthread_self(), "shredder");
  if (!parts_.deriver.erased_places().empty()) waits_since_ = Clock::now() - delay_;
  while (!rest(std::min(kLookInterval, delay_))) look();
}

void Shredder::look() {
  const ErasedPlaces places = parts_.deriver.erased_places();
  if (places.empty()) return waits_since_.reset();
  parts_.database.merge_small_files();
  const Clock::time_point now = Clock::now();
  if (!waits_since_) waits_since_ = now;
  if (now - *waits_since_ < delay_) return;
  const auto shredded = shred(places);
  if (shredded) {
    parts_.deriver.forget_erased(places);
    parts_.limitations.end("erasure");
    return waits_since_.reset();
  }
  if (!is_ending() && now - *waits_since_ > delay_ + kLongRound) {
    parts_.limitations.set("erasure", Cause::node, {},
                           "what was erased is still in files of the data directory, because of "
                           "this: " +
                               shredded.error().message);
  }
}

Result<Done> Shredder::shred(const ErasedPlaces& places) {
  if (auto left = leave_journal(); !left) return left;
  return parts_.database.shred(places, [this] { return is_ending(); });
}

Result<Done> Shredder::leave_journal() {
  if (auto begun = parts_.journal.begin_anew(); !begun) return begun;
  const auto written = std::make_shared<std::promise<Result<std::uint64_t>>>();
  parts_.committer.submit(MarkRequest{
      [written](Result<std::uint64_t> number) { written->set_value(std::move(number)); }});
  const auto mark = wait_for(written->get_future());
  auto left = mark ? wait_until_derived(*mark) : Result<Done>(mark.error());
  parts_.journal.keep_given_up();
  return left;
}

// The deriver answers only when the journal has given up what is derived.
Result<Done> Shredder::wait_until_derived(std::uint64_t number) {
  parts_.deriver.cut();
  const auto derived = std::make_shared<std::promise<Result<Done>>>();
  parts_.deriver.answer_when_derived(
      number, [derived](Result<Done> done) { derived->set_value(std::move(done)); });
  return wait_for(derived->get_future());
}

}  // namespace farthing::store::embedded
