// SPDX-License-Identifier: Apache-2.0
// Tells where one run of the deriver ends and the next begins: at the batch with which the run
// reaches a number of bytes of journal records.
#pragma once

#include <cstddef>

namespace farthing::store::embedded {

class RunCutter {
 public:
  explicit RunCutter(std::size_t run_bytes) : run_bytes_(run_bytes) {}

  // Takes the next batch's size. Returns whether that batch completes a run.
  bool completes(std::size_t batch_bytes) {
    bytes_ += batch_bytes;
    if (bytes_ < run_bytes_) return false;
    bytes_ = 0;
    return true;
  }

 private:
  std::size_t run_bytes_;
  std::size_t bytes_ = 0;  // of the run that is not complete
};

}  // namespace farthing::store::embedded
