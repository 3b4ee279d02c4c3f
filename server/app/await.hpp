// SPDX-License-Identifier: Apache-2.0
// Waits for a store's answer, for the few places that have nothing else to do meanwhile. Never on a
// thread that the store answers on.
#pragma once

#include <future>
#include <utility>

#include "server/store/store.hpp"

namespace farthing::app {

// `call(reply)` makes a call of the store with the given reply.
template <class T, class Call>
Result<T> await(Call call) {
  std::promise<Result<T>> promise;
  auto answer = promise.get_future();
  call(Reply<T>([&promise](Result<T> result) { promise.set_value(std::move(result)); }));
  return answer.get();
}

}  // namespace farthing::app
