// SPDX-License-Identifier: Apache-2.0
// Calls an asynchronous method of a store and waits for its answer.
#pragma once

#include <future>
#include <utility>

namespace farthing::selftest {

// `call` gets the reply callback, which it hands to the store.
template <class T, class Call>
T await(Call call) {
  std::promise<T> promise;
  call([&promise](T answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

}  // namespace farthing::selftest
