// SPDX-License-Identifier: Apache-2.0
// A disk that can be told to fail: RocksDB's file system, but for syncs of its log.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

namespace farthing::store::testing {

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  const char* Name() const override { return "FailingFileSystem"; }
  void fail_syncs_of_the_log() { syncs_fail_ = true; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    const auto status = FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (status.ok() && name.ends_with(".log")) {
      *result = std::make_unique<LogFile>(std::move(*result), syncs_fail_);
    }
    return status;
  }

 private:
  class LogFile final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    LogFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, const std::atomic<bool>& syncs_fail)
        : FSWritableFileOwnerWrapper(std::move(file)), syncs_fail_(syncs_fail) {}

    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      if (syncs_fail_) return rocksdb::IOStatus::IOError("the disk does not answer");
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      if (syncs_fail_) return rocksdb::IOStatus::IOError("the disk does not answer");
      return FSWritableFileOwnerWrapper::Fsync(options, debug);
    }

   private:
    const std::atomic<bool>& syncs_fail_;
  };

  std::atomic<bool> syncs_fail_{false};
};

}  // namespace farthing::store::testing
