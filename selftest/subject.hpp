// SPDX-License-Identifier: Apache-2.0
// The store that a trial is about. `store()` is the one that is open; it may be called from any
// thread, `reopen()` only while nobody else uses it.
#pragma once

#include "server/store/store.hpp"

namespace farthing::selftest {

class Subject {
 public:
  virtual ~Subject() = default;
  virtual store::Store& store() = 0;
  // Closes it and opens it again, if it is one that keeps what it has. `store()` is another then.
  virtual void reopen() = 0;
};

}  // namespace farthing::selftest
