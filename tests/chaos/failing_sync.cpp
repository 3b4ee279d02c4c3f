// SPDX-License-Identifier: Apache-2.0
// Goes in front of the C library (LD_PRELOAD) of a server under test: as long as the file that
// FARTHING_FAILING_SYNC names is there, every sync fails, as a disk's does that has lost its cable.
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace {

bool is_failing() {
  const char* sign = std::getenv("FARTHING_FAILING_SYNC");
  return sign != nullptr && ::access(sign, F_OK) == 0;
}

int sync_with(const char* name, int file) {
  if (is_failing()) {
    errno = EIO;
    return -1;
  }
  return reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name))(file);
}

}  // namespace

extern "C" int fsync(int file) { return sync_with("fsync", file); }
extern "C" int fdatasync(int file) { return sync_with("fdatasync", file); }
