// SPDX-License-Identifier: Apache-2.0
// Memory backed by a file without a name, so that most of it need not stay in RAM. The file goes
// away with the object; it lies where TMPDIR says. Not synchronised.
#pragma once

#include <cstddef>

namespace farthing::verify {

class MappedFile {
 public:
  MappedFile() = default;
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // Makes it at least `bytes` large; new bytes are zero, and `data` may move. Returns false when
  // there is no room.
  bool reserve(std::size_t bytes);
  char* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  int file_ = -1;
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace farthing::verify
