// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/failing_disk.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <string>
#include <utility>

namespace farthing::store {
namespace {

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

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FailingFileSystem(const std::atomic<bool>& syncs_fail)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), syncs_fail_(syncs_fail) {}

  const char* Name() const override { return "FailingFileSystem"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (status.ok() && name.ends_with(".log")) {
      *result = std::make_unique<LogFile>(std::move(*result), syncs_fail_);
    }
    return status;
  }

 private:
  const std::atomic<bool>& syncs_fail_;
};

}  // namespace

struct FailingDisk::Parts {
  std::atomic<bool> syncs_fail{false};
  std::unique_ptr<rocksdb::Env> env =
      rocksdb::NewCompositeEnv(std::make_shared<FailingFileSystem>(syncs_fail));
};

FailingDisk::FailingDisk() : parts_(std::make_unique<Parts>()) {}
FailingDisk::~FailingDisk() = default;

rocksdb::Env* FailingDisk::env() { return parts_->env.get(); }
void FailingDisk::fail_syncs_of_the_log() { parts_->syncs_fail = true; }

}  // namespace farthing::store
