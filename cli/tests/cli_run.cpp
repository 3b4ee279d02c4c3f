// SPDX-License-Identifier: Apache-2.0
#include "cli/tests/cli_run.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <array>

#include "cli/frame/program.hpp"
#include "cli/output/descriptor.hpp"

namespace farthing::cli {
namespace {

Descriptor memory_file() { return Descriptor(::memfd_create("cli_run", MFD_CLOEXEC)); }

std::string read_from_start(const Descriptor& file) {
  std::string text;
  std::array<char, 4096> buffer{};
  ::lseek(file.number(), 0, SEEK_SET);
  for (ssize_t count = 0; (count = ::read(file.number(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

CliRun::CliRun() { environment["HOME"] = scratch.path("home"); }

Surroundings CliRun::surroundings() const {
  return {.environment = [this](const char* name) -> std::optional<std::string> {
            const auto at = environment.find(name);
            if (at == environment.end()) return {};
            return at->second;
          },
          .transport = transport};
}

CliResult CliRun::run(const std::vector<std::string>& arguments) const {
  const Descriptor in = memory_file();
  const Descriptor out = memory_file();
  const Descriptor err = memory_file();
  write_all(in.number(), input);
  ::lseek(in.number(), 0, SEEK_SET);
  Surroundings around = surroundings();
  around.standard_input = in.number();
  around.standard_output = out.number();
  around.standard_error = err.number();
  const int exit_code = cli::run(arguments, around);
  return {.exit_code = exit_code, .output = read_from_start(out), .errors = read_from_start(err)};
}

}  // namespace farthing::cli
