// SPDX-License-Identifier: Apache-2.0
// Calls an asynchronous method and waits for its answer.
#pragma once

#include <future>
#include <utility>

namespace farthing::store::testing {

// `call` gets the reply callback: await<Result<User>>([&](auto reply) { store.read_user(id, reply);
// }).
template <class T, class Call>
T await(Call call) {
  std::promise<T> promise;
  call([&promise](T answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

}  // namespace farthing::store::testing
