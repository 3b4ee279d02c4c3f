// SPDX-License-Identifier: Apache-2.0
// A new file for a secret: mode 0600, never over one that exists. It is made before the secret, so
// that no secret is made without a place for it; without `write` it disappears again.
#pragma once

#include <string>
#include <string_view>

#include "cli/frame/problem.hpp"
#include "cli/output/descriptor.hpp"

namespace farthing::cli {

class SecretFile {
 public:
  static Result<SecretFile> create(const std::string& path);

  ~SecretFile();
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
  SecretFile(SecretFile&& other) noexcept;
  SecretFile& operator=(SecretFile&&) = delete;

  // Writes the secret and a newline, and syncs. Called once.
  Result<Done> write(std::string_view secret);

 private:
  SecretFile(std::string path, Descriptor descriptor);

  std::string path_;  // empty once it is to stay
  Descriptor descriptor_;
};

}  // namespace farthing::cli
