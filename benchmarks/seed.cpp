// SPDX-License-Identifier: Apache-2.0
// Makes users with an organization, an API key and credits each through the API of a running
// server, and writes their secrets and organization ids to two files, one a line, readable by their
// owner only. README.md in this folder describes the arguments.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "benchmarks/fail.hpp"
#include "benchmarks/flags.hpp"
#include "benchmarks/load_loop.hpp"
#include "benchmarks/seed_workload.hpp"

namespace {

using farthing::bench::LoadLoop;

constexpr std::chrono::hours kNoDeadline{24};

void write_private_file(const std::string& path, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) farthing::bench::fail_errno("cannot write " + path);
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t written = write(file, left.data(), left.size());
    if (written < 0) farthing::bench::fail_errno("cannot write " + path);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  close(file);
}

}  // namespace

int main(int argc, char** argv) {
  const farthing::bench::Flags flags(argc, argv,
                                     {"host", "port", "connections", "users", "amount", "name",
                                      "key-fields", "admin-key-file", "keys", "organizations"});
  const std::size_t connections = flags.number("connections", 256);
  farthing::bench::SeedPlan plan{
      .users = flags.number("users"),
      .admin_key = farthing::bench::read_lines(flags.text("admin-key-file"), 1).front(),
      .amount = flags.text("amount", "1000000")};
  plan.name = flags.text("name", plan.name);
  plan.key_fields = flags.text("key-fields", plan.key_fields);
  farthing::bench::SeedWorkload workload(plan, connections);
  LoadLoop loop({.host = flags.text("host", "127.0.0.1"),
                 .port = static_cast<std::uint16_t>(flags.number("port")),
                 .connections = connections},
                workload);
  const auto start = LoadLoop::Clock::now();
  loop.run_until(start + kNoDeadline);
  const std::chrono::duration<double> taken = LoadLoop::Clock::now() - start;
  write_private_file(flags.text("keys"), workload.secrets());
  write_private_file(flags.text("organizations"), workload.organizations());
  std::cout << "{\"users\":" << workload.secrets().size()
            << ",\"requests\":" << loop.latencies().count() << ",\"seconds\":" << taken.count()
            << "}\n";
  return EXIT_SUCCESS;
}
