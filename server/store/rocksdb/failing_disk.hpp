// SPDX-License-Identifier: Apache-2.0
// A disk for tests that can be told to fail: the system's files, but for syncs of RocksDB's log.
// Safe to use from any thread.
#pragma once

#include <memory>

namespace rocksdb {
class Env;
}

namespace farthing::store {

class FailingDisk {
 public:
  FailingDisk();
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  // For RocksdbOptions; lives as long as this.
  rocksdb::Env* env();
  void fail_syncs_of_the_log();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace farthing::store
