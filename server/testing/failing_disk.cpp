// SPDX-License-Identifier: Apache-2.0
#include "server/testing/failing_disk.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <ranges>
#include <system_error>
#include <utility>

namespace farthing::store::embedded {
namespace {

// A write into a segment that is made must find room; one into a segment that is there has it.
bool would_grow(int file, std::uint64_t end) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && static_cast<std::uint64_t>(status.st_size) < end;
}

// What a disk has that power is lost under: how long it has any, and what its open files have
// synced. What was not is lost when this goes away: until then the database has its files open, and
// closing one sets its length.
class Power {
 public:
  Power() = default;
  ~Power() {
    if (left_ == 0) lose_unsynced();
  }
  Power(const Power&) = delete;
  Power& operator=(const Power&) = delete;

  void end_after(std::uint64_t count, std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    left_ = count;
    random_.seed(seed);
  }
  bool has_ended() const {
    const std::lock_guard lock(mutex_);
    return left_ == 0;
  }

  // To be asked before each change. False when there is none left for it.
  bool is_there() {
    const std::lock_guard lock(mutex_);
    if (!left_) return true;
    if (*left_ > 0) --*left_;
    return *left_ > 0;
  }
  void note_written(const std::string& file, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    if (left_ != 0) files_[file].written += bytes;
  }
  void note_synced(const std::string& file) {
    const std::lock_guard lock(mutex_);
    if (left_ != 0) files_[file].synced = files_[file].written;
  }
  void note_closed(const std::string& file) {
    const std::lock_guard lock(mutex_);
    if (left_ != 0) files_.erase(file);
  }

 private:
  struct File {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };

  void lose_unsynced() {
    for (const auto& [name, file] : files_) {
      if (file.written == file.synced) continue;
      const std::uint64_t kept = file.synced + random_() % (file.written - file.synced + 1);
      std::error_code gone;  // a file that was removed since has nothing to lose
      std::filesystem::resize_file(name, kept, gone);
    }
  }

  mutable std::mutex mutex_;
  std::optional<std::uint64_t> left_;  // so many changes; nothing: for ever
  std::mt19937_64 random_;
  std::map<std::string, File> files_;  // open ones
};

rocksdb::IOStatus no_power() { return rocksdb::IOStatus::IOError("power was lost"); }

class PoweredFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  PoweredFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, Power& power)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), power_(power) {}
  ~PoweredFile() override { power_.note_closed(name_); }

  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    if (!power_.is_there()) return no_power();
    auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    power_.note_written(name_, data.size());
    return status;
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    if (!power_.is_there()) return no_power();
    auto status = FSWritableFileOwnerWrapper::Sync(options, debug);
    if (status.ok()) power_.note_synced(name_);
    return status;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    if (!power_.is_there()) return no_power();
    auto status = FSWritableFileOwnerWrapper::Fsync(options, debug);
    if (status.ok()) power_.note_synced(name_);
    return status;
  }

 private:
  const std::string name_;
  Power& power_;
};

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem(const std::atomic<bool>& is_full, const std::atomic<bool>& has_failed,
                    std::atomic<int>& refusals, Power& power)
      : FileSystemWrapper(rocksdb::FileSystem::Default()),
        is_full_(is_full),
        has_failed_(has_failed),
        refusals_(refusals),
        power_(power) {}

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
    if (!power_.is_there()) return no_power();
    auto status = FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<PoweredFile>(std::move(*result), name, power_);
    return status;
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (!power_.is_there()) return no_power();
    return FileSystemWrapper::RenameFile(from, to, options, debug);
  }
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
    if (!power_.is_there()) return no_power();
    return FileSystemWrapper::LinkFile(from, to, options, debug);
  }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (!power_.is_there()) return no_power();
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }

 private:
  const std::atomic<bool>& is_full_;
  const std::atomic<bool>& has_failed_;
  std::atomic<int>& refusals_;
  Power& power_;
};

}  // namespace

int FailingJournalDisk::write(int file, std::string_view bytes, std::uint64_t offset) {
  if (syncs_fail_) return 0;
  const std::lock_guard lock(mutex_);
  if (power_is_for_) {
    if (*power_is_for_ == 0) return EIO;
    std::string before(bytes.size(), '\0');
    const ssize_t count = ::pread(file, before.data(), before.size(), static_cast<off_t>(offset));
    before.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    unsynced_.push_back({.file = file, .offset = offset, .before = std::move(before)});
    const int status = JournalDisk::write(file, bytes, offset);
    return counts_down() ? status : EIO;
  }
  const bool grows = would_grow(file, offset + bytes.size());
  if (is_full_ && grows) return ENOSPC;
  if (const int refusal = refusal_; refusal != 0 && !grows) {
    ++refusals_;
    (void)JournalDisk::write(file, bytes.substr(0, torn_bytes_), offset);
    return refusal;
  }
  if (grows || !is_tearing_.exchange(false)) return JournalDisk::write(file, bytes, offset);
  syncs_fail_ = true;
  return JournalDisk::write(file, bytes.substr(0, torn_bytes_), offset);
}

int FailingJournalDisk::sync(int file) {
  if (syncs_fail_) return EIO;
  const std::lock_guard lock(mutex_);
  if (power_is_for_ && !counts_down()) return EIO;
  std::erase_if(unsynced_, [file](const Unsynced& write) { return write.file == file; });
  return JournalDisk::sync(file);
}

void FailingJournalDisk::lose_power_after(std::uint64_t count, std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  power_is_for_ = count;
  random_.seed(seed);
}

bool FailingJournalDisk::has_lost_power() const {
  const std::lock_guard lock(mutex_);
  return power_is_for_ == 0;
}

// False when this write or sync is the one that power is lost under, or comes after it.
bool FailingJournalDisk::counts_down() {
  if (*power_is_for_ == 0) return false;
  if (--*power_is_for_ > 0) return true;
  lose_unsynced();
  return false;
}

// The last ones first: what was there before each is what an earlier one had written.
void FailingJournalDisk::lose_unsynced() {
  for (const Unsynced& write : std::views::reverse(unsynced_)) {
    const std::uint64_t choice = random_() % 3;
    if (choice == 0) continue;
    std::string_view before = write.before;
    std::uint64_t offset = write.offset;
    if (choice == 1) {
      const std::size_t kept = random_() % (before.size() + 1);
      before.remove_prefix(kept);
      offset += kept;
    }
    (void)JournalDisk::write(write.file, before, offset);
  }
  unsynced_.clear();
}

struct FailingDatabaseDisk::Parts {
  std::atomic<bool> is_full{false};
  std::atomic<bool> has_failed{false};
  std::atomic<int> refusals{0};
  Power power;
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(
      std::make_shared<FailingFileSystem>(is_full, has_failed, refusals, power));
};

FailingDatabaseDisk::FailingDatabaseDisk() : parts_(std::make_unique<Parts>()) {}
FailingDatabaseDisk::~FailingDatabaseDisk() = default;

rocksdb::Env* FailingDatabaseDisk::env() { return parts_->env.get(); }
void FailingDatabaseDisk::set_full(bool is_full) { parts_->is_full = is_full; }
void FailingDatabaseDisk::fail() { parts_->has_failed = true; }
void FailingDatabaseDisk::lose_power_after(std::uint64_t count, std::uint64_t seed) {
  parts_->power.end_after(count, seed);
}
bool FailingDatabaseDisk::has_lost_power() const { return parts_->power.has_ended(); }
int FailingDatabaseDisk::refusals() const { return parts_->refusals; }

}  // namespace farthing::store::embedded
