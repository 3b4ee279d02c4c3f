// SPDX-License-Identifier: Apache-2.0
// The process: makes the standard descriptors and signals safe to rely on, then runs the program.
#include <fcntl.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <string>
#include <vector>

#include "cli/frame/program.hpp"

namespace {

// A standard descriptor that is closed would be given to the next file or socket, and what is meant
// for the user would go there. Opened the wrong way round it fails as a closed one does.
void fill_standard_descriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free number is this one.
    ::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_descriptors();
  // A closed pipe is to be an error like any other.
  std::signal(SIGPIPE, SIG_IGN);
  // A file that grows beyond the process's limit likewise: that is a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  // How wide a character is on a terminal depends on it; nothing else here does.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  return farthing::cli::run(std::vector<std::string>(argv + 1, argv + argc),
                            farthing::cli::process_surroundings());
}
