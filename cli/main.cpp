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

// Opens standard descriptors that are closed: the next file or socket would get their number, and
// output for the user would go there. Opened the wrong way round, they fail as closed ones do.
void fill_standard_descriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // `open` returns the lowest free number, which is this one.
    ::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_descriptors();
  // Ignoring the signal makes a closed pipe an error like any other.
  std::signal(SIGPIPE, SIG_IGN);
  // The same holds for a file that grows beyond the process's limit: it counts as a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  // The width of a character on a terminal depends on the locale; nothing else here does.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  return farthing::cli::run(std::vector<std::string>(argv + 1, argv + argc),
                            farthing::cli::process_surroundings());
}
