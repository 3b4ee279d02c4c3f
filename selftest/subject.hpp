// SPDX-License-Identifier: Apache-2.0
// The store that a trial is about. `store()` returns the open one and may be called from any
// thread; `reopen()` may be called only while nobody else uses it.
#pragma once

#include "server/store/store.hpp"

namespace farthing::selftest {

class Subject {
 public:
  virtual ~Subject() = default;
  virtual store::Store& store() = 0;
  // Closes the store and opens it again, if it keeps its contents. `store()` then returns another
  // one.
  virtual void reopen() = 0;
};

}  // namespace farthing::selftest
