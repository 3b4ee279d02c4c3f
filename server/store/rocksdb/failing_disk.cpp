// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/failing_disk.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

namespace farthing::store {
namespace {

// A write into a segment that is made must find room; one into a segment that is there has it.
bool would_grow(int file, std::uint64_t end) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && static_cast<std::uint64_t>(status.st_size) < end;
}

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem(const std::atomic<bool>& is_full, const std::atomic<bool>& has_failed,
                    std::atomic<int>& refusals)
      : FileSystemWrapper(rocksdb::FileSystem::Default()),
        is_full_(is_full),
        has_failed_(has_failed),
        refusals_(refusals) {}

  const char* Name() const override { return "FailingFileSystem"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    const bool is_run = name.find("/runs/") != std::string::npos;
    if (is_run && has_failed_) return rocksdb::IOStatus::IOError("the disk does not answer");
    if (is_run && is_full_) {
      ++refusals_;
      return rocksdb::IOStatus::NoSpace("no space left on the disk");
    }
    return FileSystemWrapper::NewWritableFile(name, options, result, debug);
  }

 private:
  const std::atomic<bool>& is_full_;
  const std::atomic<bool>& has_failed_;
  std::atomic<int>& refusals_;
};

}  // namespace

int FailingJournalDisk::write(int file, std::string_view bytes, std::uint64_t offset) {
  if (syncs_fail_) return 0;
  if (is_full_ && would_grow(file, offset + bytes.size())) return ENOSPC;
  if (!is_tearing_.exchange(false)) return JournalDisk::write(file, bytes, offset);
  syncs_fail_ = true;
  return JournalDisk::write(file, bytes.substr(0, torn_bytes_), offset);
}

int FailingJournalDisk::sync(int file) { return syncs_fail_ ? EIO : JournalDisk::sync(file); }

struct FailingDatabaseDisk::Parts {
  std::atomic<bool> is_full{false};
  std::atomic<bool> has_failed{false};
  std::atomic<int> refusals{0};
  std::unique_ptr<rocksdb::Env> env =
      rocksdb::NewCompositeEnv(std::make_shared<FailingFileSystem>(is_full, has_failed, refusals));
};

FailingDatabaseDisk::FailingDatabaseDisk() : parts_(std::make_unique<Parts>()) {}
FailingDatabaseDisk::~FailingDatabaseDisk() = default;

rocksdb::Env* FailingDatabaseDisk::env() { return parts_->env.get(); }
void FailingDatabaseDisk::set_full(bool is_full) { parts_->is_full = is_full; }
void FailingDatabaseDisk::fail() { parts_->has_failed = true; }
int FailingDatabaseDisk::refusals() const { return parts_->refusals; }

}  // namespace farthing::store
