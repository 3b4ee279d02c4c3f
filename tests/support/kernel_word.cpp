// SPDX-License-Identifier: Apache-2.0
// Goes in front of the C library (LD_PRELOAD) of a process under test: FARTHING_KERNEL_WORD says
// whether the kernel's clock is synchronised, "yes" or "no"; anything else, and it does not answer,
// as in some containers.
#include <sys/timex.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

extern "C" int adjtimex(timex* time) noexcept {
  const char* word = std::getenv("FARTHING_KERNEL_WORD");
  if (word != nullptr && std::strcmp(word, "yes") == 0) {
    time->status = 0;
    return TIME_OK;
  }
  if (word != nullptr && std::strcmp(word, "no") == 0) {
    time->status = STA_UNSYNC;
    return TIME_ERROR;
  }
  errno = EPERM;
  return -1;
}
