// SPDX-License-Identifier: Apache-2.0
// Waits for the answer of an asynchronous call, where a thread may do so: at a start, in tools and
// in tests.
#pragma once

#include <future>
#include <utility>

namespace farthing {

// Calls `call` with a reply for a T, waits, and returns what the reply was given.
template <class T, class Call>
T await(Call call) {
  std::promise<T> promise;
  call([&promise](T answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

}  // namespace farthing
