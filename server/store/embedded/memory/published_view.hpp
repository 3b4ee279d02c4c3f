// SPDX-License-Identifier: Apache-2.0
// The directory and the ledgers as readers see them, as far as they are synced. The committer
// publishes after its sync and before it answers; any thread may read. No lock here is held across
// I/O.
#pragma once

#include <mutex>
#include <shared_mutex>

#include "server/directory/directory.hpp"
#include "server/store/embedded/memory/published_audit.hpp"
#include "server/store/embedded/memory/published_ledger.hpp"

namespace farthing::store::embedded {

class PublishedDirectory {
 public:
  // These two call Directory::follow and follow_all.
  void follow(const directory::DirectoryRecord& record, const directory::Directory& source) {
    const std::unique_lock lock(mutex_);
    directory_.follow(record, source);
  }
  void follow_all(const directory::Directory& source) {
    const std::unique_lock lock(mutex_);
    directory_.follow_all(source);
  }
  // Returns the result of `look`, which must be quick and must not keep pointers into the
  // directory.
  template <class Look>
  auto read(Look look) const {
    const std::shared_lock lock(mutex_);
    return look(directory_);
  }

 private:
  mutable std::shared_mutex mutex_;
  directory::Directory directory_;
};

struct PublishedView {
  PublishedDirectory directory;
  PublishedAudit audit;
  PublishedLedgers ledgers;
};

}  // namespace farthing::store::embedded
