// SPDX-License-Identifier: Apache-2.0
// The callback that takes the answer of an asynchronous call.
#pragma once

#include "base/callback.hpp"
#include "base/error.hpp"

namespace farthing {

template <class T>
using Reply = Callback<void(Result<T>)>;

}  // namespace farthing
