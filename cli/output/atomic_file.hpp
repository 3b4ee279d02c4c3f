// SPDX-License-Identifier: Apache-2.0
// A file that appears whole or not at all: it is written beside its place under another name,
// synced, then renamed over it. Opening it early shows early whether it can be written. Without a
// commit it leaves no trace.
#pragma once

#include <string>
#include <string_view>

#include "cli/frame/problem.hpp"
#include "cli/output/descriptor.hpp"

namespace farthing::cli {

class AtomicFile {
 public:
  enum class Access {
    by_umask,    // as any file
    owner_only,  // 0600, for what holds a secret
  };

  // Opens a file for `path`, which must be free or a regular file, not a link.
  static Result<AtomicFile> open(const std::string& path, Access access);

  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;

  // Writes a part, any number of times before `commit`.
  Result<Done> write(std::string_view text);
  // Writes the last part and puts the file in place. Called once. After a failure the old file at
  // the path is unchanged.
  Result<Done> commit(std::string_view text);

 private:
  AtomicFile(std::string path, std::string temporary_path, Descriptor descriptor);

  std::string path_;
  std::string temporary_path_;  // empty once it is gone
  Descriptor descriptor_;
};

}  // namespace farthing::cli
