// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/client_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "cli/frame/interrupt.hpp"
#include "cli/output/escape.hpp"

namespace farthing::cli {
namespace {

ExitCode report_problem(const Problem& problem, const Surroundings& surroundings) {
  surroundings.tell(to_text(problem));
  return problem.code;
}

void log_to_standard_error(const sdk::LogLine& line, const Surroundings& surroundings) {
  const double duration_ms = std::chrono::duration<double, std::milli>(line.duration).count();
  std::string text =
      fmt::format("farthing: attempt {}: {} {}", line.attempt, line.method, line.path);
  switch (line.event) {
    case sdk::LogLine::Event::answer:
      text += fmt::format(": {} after {:.1f} ms", line.status, duration_ms);
      break;
    case sdk::LogLine::Event::failure:
      text += fmt::format(": {} after {:.1f} ms",
                          line.failure ? sdk::to_string(*line.failure) : "failed", duration_ms);
      break;
    case sdk::LogLine::Event::retry:
      text += fmt::format(": next attempt in {:.0f} ms", duration_ms);
      break;
  }
  if (!line.request_id.empty()) text += fmt::format(", request id {}", line.request_id);
  surroundings.tell(printable(text) + "\n");
}

void explain(const ServerAccess& access, const Surroundings& surroundings) {
  const std::string key = access.key_source.empty() ? "no key" : "key from " + access.key_source;
  surroundings.tell(printable(fmt::format("farthing: server {} from {}, {}",
                                          access.options.base_url, access.server_source, key)) +
                    "\n");
}

bool is_terminal(const OutputOptions& options, const Surroundings& surroundings) {
  return !options.file && ::isatty(surroundings.standard_output) == 1;
}

Format format_for(const OutputOptions& options, const Surroundings& surroundings) {
  if (options.format) return *options.format;
  return is_terminal(options, surroundings) ? Format::table : Format::plain;
}

Style style_for(const OutputOptions& options, const Surroundings& surroundings) {
  const bool is_plain_terminal = surroundings.variable("TERM").value_or("dumb") == "dumb";
  if (!is_terminal(options, surroundings) || is_plain_terminal ||
      surroundings.variable("NO_COLOR")) {
    return Style::monochrome;
  }
  return Style::ansi;
}

Result<Done> write_report(const Report& report, const OutputOptions& options,
                          std::optional<AtomicFile>& file, const Surroundings& surroundings) {
  if (report.is_written) return file ? file->commit({}) : Done{};
  const Format format = format_for(options, surroundings);
  std::string text = report.text
                         ? *report.text
                         : render(report.document, format, style_for(options, surroundings));
  // Only people read a terminal; programs get the server's text unchanged.
  if (format == Format::csv && is_terminal(options, surroundings)) text = printable_lines(text);
  return file ? file->commit(text) : surroundings.print(text);
}

// Makes the call while signals cancel it. An interrupt decides the exit code only when it stopped
// the call.
Result<Report> call_with_interrupt(const ClientCommand& command, ServerAccess access,
                                   const Sink& sink, const Surroundings& surroundings) {
  const Interrupt interrupt;
  ClientSession session{.client = sdk::Client(std::move(access.options)),
                        .call_options = {.cancellation = interrupt.token()},
                        .organization = std::move(access.organization),
                        .surroundings = surroundings};
  auto report = command.stream ? command.stream(session, sink) : command.call(session);
  if (!report && report.error().code == ExitCode::interrupted && interrupt.signal() != 0) {
    constexpr int kSignalled = 128;
    report.error().code = static_cast<ExitCode>(kSignalled + interrupt.signal());
  }
  return report;
}

ExitCode show(const Result<Report>& report, const OutputOptions& output,
              std::optional<AtomicFile>& file, const Surroundings& surroundings) {
  if (!report) return report_problem(report.error(), surroundings);
  if (auto written = write_report(*report, output, file, surroundings); !written) {
    Problem problem = std::move(written.error());
    if (!report->when_unwritten.empty()) problem.notes.push_back(report->when_unwritten);
    return report_problem(problem, surroundings);
  }
  for (const auto& remark : report->remarks) {
    surroundings.tell(fmt::format("farthing: {}\n", printable(remark)));
  }
  return report->exit_code;
}

}  // namespace

Result<std::string> ClientSession::organization_or(const std::optional<std::string>& given) const {
  if (given) return *given;
  if (organization) return *organization;
  return usage_problem("There is no organization to act on.",
                       "Name it with --organization ORG or in a profile; farthing organizations "
                       "list shows them.");
}

ExitCode run_client_command(const ClientCommand& command, const Surroundings& surroundings) {
  const OutputOptions& output = command.options.output;
  auto access = resolve_access(command.options.access, command.default_server, surroundings);
  if (!access) return report_problem(access.error(), surroundings);

  // The file is opened before the call, because an answer that cannot be kept should not be asked
  // for.
  std::optional<AtomicFile> file;
  if (output.file) {
    auto opened = AtomicFile::open(*output.file, command.output_access);
    if (!opened) return report_problem(opened.error(), surroundings);
    file.emplace(*std::move(opened));
  }
  if (command.options.access.verbosity == Verbosity::verbose) {
    explain(*access, surroundings);
    access->options.log = [&surroundings](const sdk::LogLine& line) {
      log_to_standard_error(line, surroundings);
    };
  }

  const Sink sink = [&](std::string_view text) {
    return file ? file->write(text) : surroundings.print(text);
  };
  return show(call_with_interrupt(command, *std::move(access), sink, surroundings), output, file,
              surroundings);
}

ExitCode run_local_command(const OutputOptions& output,
                           const std::function<Result<Report>()>& make_report,
                           const Surroundings& surroundings) {
  std::optional<AtomicFile> file;
  if (output.file) {
    auto opened = AtomicFile::open(*output.file, AtomicFile::Access::by_umask);
    if (!opened) return report_problem(opened.error(), surroundings);
    file.emplace(*std::move(opened));
  }
  return show(make_report(), output, file, surroundings);
}

}  // namespace farthing::cli
