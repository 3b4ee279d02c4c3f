// SPDX-License-Identifier: Apache-2.0
#include "cli/tests/scratch.hpp"

#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace farthing::cli {
namespace fs = std::filesystem;

Scratch::Scratch() {
  std::string pattern = (fs::temp_directory_path() / "farthing-cli-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  root_ = pattern;
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void Scratch::write(std::string_view name, std::string_view text, fs::perms mode) const {
  const fs::path path = root_ / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  fs::permissions(path, mode);
}

std::string Scratch::read(std::string_view name) const {
  std::ifstream file(root_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t Scratch::count() const {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(root_), fs::directory_iterator()));
}

}  // namespace farthing::cli
