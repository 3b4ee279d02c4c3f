// SPDX-License-Identifier: Apache-2.0
// A file that appears whole or not at all: written beside its place under another name, synced,
// then renamed over it. Opening it early shows early whether it can be written; what is not
// committed leaves no trace.
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

  // `path` must be free or a regular file, not a link.
  static Result<AtomicFile> open(const std::string& path, Access access);

  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;

  // Any number of times before `commit`.
  Result<Done> write(std::string_view text);
  // Once. After a failure what was at the path is still there, as it was.
  Result<Done> commit(std::string_view text);

 private:
  AtomicFile(std::string path, std::string temporary_path, Descriptor descriptor);

  std::string path_;
  std::string temporary_path_;  // empty once it is gone
  Descriptor descriptor_;
};

}  // namespace farthing::cli
