// SPDX-License-Identifier: Apache-2.0
// Memory that a file without a name stands behind, so that much of it need not stay in memory. The
// file goes away with the object; it lies where TMPDIR says. Not synchronised.
#pragma once

#include <cstddef>

namespace farthing::verify {

class MappedFile {
 public:
  MappedFile() = default;
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // Makes it at least so large; new bytes are zero, and `data` may be elsewhere. False when there
  // is no room.
  bool reserve(std::size_t bytes);
  char* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  int file_ = -1;
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace farthing::verify
