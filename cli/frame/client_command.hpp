// SPDX-License-Identifier: Apache-2.0
// The frame around every command: it opens the output file, runs the command, and writes its answer
// or its problem, with the exit code. For a command that talks to a server it also finds the
// settings and cancels the call at a signal. Faults on this side are found before anything is sent.
#pragma once

#include <farthing/client.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/frame/command_options.hpp"
#include "cli/frame/exit_code.hpp"
#include "cli/frame/problem.hpp"
#include "cli/frame/surroundings.hpp"
#include "cli/output/atomic_file.hpp"
#include "cli/output/document.hpp"

namespace farthing::cli {

// The means that a command gets to make its calls.
struct ClientSession {
  sdk::Client client;
  sdk::CallOptions call_options{};            // stops when the user interrupts
  std::optional<std::string> organization{};  // of the profile
  const Surroundings& surroundings;

  // Returns the organization that a command is about.
  Result<std::string> organization_or(const std::optional<std::string>& given) const;
};

// Takes a part of the data on its way out: to the output file, or to standard output.
using Sink = std::function<Result<Done>(std::string_view)>;

struct Report {
  Document document{};
  // A text that is written as it is, in any format, in place of the document.
  std::optional<std::string> text{};
  bool is_written = false;             // the data went into the sink; the document is none
  std::vector<std::string> remarks{};  // lines for standard error, after the data
  ExitCode exit_code = ExitCode::ok;
  // The note for a user whose data could not be written: that something was done.
  std::string when_unwritten{};
};

struct ClientCommand {
  const CommonOptions& options;
  DefaultServer default_server = DefaultServer::none;
  AtomicFile::Access output_access = AtomicFile::Access::by_umask;
  std::function<Result<Report>(const ClientSession&)> call{};
  // Replaces `call` for data that are too large to be kept until the end.
  std::function<Result<Report>(const ClientSession&, const Sink&)> stream{};
};

ExitCode run_client_command(const ClientCommand& command, const Surroundings& surroundings);

// Runs a command that talks to no server; `output` is empty for one without such options.
ExitCode run_local_command(const OutputOptions& output,
                           const std::function<Result<Report>()>& make_report,
                           const Surroundings& surroundings);

}  // namespace farthing::cli
