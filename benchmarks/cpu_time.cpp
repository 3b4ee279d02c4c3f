// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/cpu_time.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "benchmarks/fail.hpp"

namespace farthing::bench {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

double own_cpu_seconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) fail_errno("getrusage");
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

double process_cpu_seconds(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  std::ifstream file(path);
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  // The second field is the program's name in parentheses and may hold anything, blanks included.
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) fail("cannot read " + path);
  std::istringstream fields(line.substr(name_end + 1));
  constexpr int kFieldsBeforeUserTime = 11;  // State is the first field behind the name.
  std::string skipped;
  for (int i = 0; i < kFieldsBeforeUserTime; ++i) fields >> skipped;
  long user_ticks = 0;
  long system_ticks = 0;
  if (!(fields >> user_ticks >> system_ticks)) fail("cannot read " + path);
  return static_cast<double>(user_ticks + system_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void pin_to_cpu(std::size_t cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof(set), &set) != 0) fail_errno("cannot pin to the given core");
}

}  // namespace farthing::bench
