// SPDX-License-Identifier: Apache-2.0
// Tells where one run of the deriver ends and the next begins: at the batch with which the run
// reaches a number of bytes of journal records, or at one that erases something, which is waited
// for.
#pragma once

#include <cstddef>

#include "server/store/embedded/journal/journal_record.hpp"

namespace farthing::store::embedded {

class RunCutter {
 public:
  explicit RunCutter(std::size_t run_bytes) : run_bytes_(run_bytes) {}

  // Takes the next batch. Returns whether that batch completes a run.
  bool completes(const JournalBatch& batch) {
    bytes_ += batch.record.size();
    if (bytes_ < run_bytes_ && batch.erasures.empty()) return false;
    cut();
    return true;
  }
  // Makes the next batch begin a run.
  void cut() { bytes_ = 0; }

 private:
  std::size_t run_bytes_;
  std::size_t bytes_ = 0;  // of the run that is not complete
};

}  // namespace farthing::store::embedded
