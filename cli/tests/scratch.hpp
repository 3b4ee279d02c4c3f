// SPDX-License-Identifier: Apache-2.0
// A directory of a test's own, gone when the test is.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace farthing::cli {

class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path(std::string_view name) const { return (root_ / name).string(); }
  // Makes the folders above it, too.
  void write(std::string_view name, std::string_view text,
             std::filesystem::perms mode = std::filesystem::perms(0600)) const;
  std::string read(std::string_view name) const;
  bool has(std::string_view name) const { return std::filesystem::exists(root_ / name); }
  // How many files there are.
  std::size_t count() const;

 private:
  std::filesystem::path root_;
};

}  // namespace farthing::cli
