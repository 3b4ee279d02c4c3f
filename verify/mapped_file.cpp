// SPDX-License-Identifier: Apache-2.0
#include "verify/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace farthing::verify {
namespace {

constexpr std::size_t kSmallestStep = std::size_t{1} << 20;
constexpr std::size_t kLargestStep = std::size_t{256} << 20;

int open_unnamed_file() {
  std::error_code error;
  std::string path = (std::filesystem::temp_directory_path(error) / "farthing-XXXXXX").string();
  const int file = ::mkostemp(path.data(), O_CLOEXEC);
  if (file >= 0) ::unlink(path.c_str());
  return file;
}

}  // namespace

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
  if (file_ >= 0) ::close(file_);
}

// The disk's room is reserved first: writing to a page that the disk has no room for would raise a
// signal.
bool MappedFile::reserve(std::size_t bytes) {
  if (bytes <= size_) return true;
  if (file_ < 0) file_ = open_unnamed_file();
  if (file_ < 0) return false;
  const std::size_t size = std::max(bytes, size_ + std::clamp(size_, kSmallestStep, kLargestStep));
  if (::posix_fallocate(file_, 0, static_cast<off_t>(size)) != 0) return false;
  void* const mapped = data_ == nullptr
                           ? ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0)
                           : ::mremap(data_, size_, size, MREMAP_MAYMOVE);
  if (mapped == MAP_FAILED) return false;
  data_ = static_cast<char*>(mapped);
  size_ = size;
  return true;
}

}  // namespace farthing::verify
