// SPDX-License-Identifier: Apache-2.0
#include "server/store/overload.hpp"

#include <string_view>

namespace farthing::store {
namespace {

constexpr std::string_view kOverload = "overload";  // on the wire, so it never changes

}  // namespace

void Overload::note(std::chrono::steady_clock::time_point now) {
  last_.store(now, std::memory_order_relaxed);
  if (is_told_.exchange(true)) return;
  limitations_.set(
      kOverload, Cause::node, {},
      "more requests wait than may, and what is beyond is answered with 503: the disk, "
      "the database or the processors are too slow for what is asked");
}

void Overload::look(std::chrono::steady_clock::time_point now) {
  if (!is_told_ || now - last_.load(std::memory_order_relaxed) < kQuiet) return;
  // A refusal between these two steps is not told; the next one begins the limitation anew.
  limitations_.end(kOverload);
  is_told_ = false;
}

}  // namespace farthing::store
