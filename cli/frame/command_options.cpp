// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/command_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "cli/options/setting_values.hpp"

namespace farthing::cli {
namespace {

constexpr const char* kConnectionGroup = "Connection";
constexpr const char* kOutputGroup = "Output";

void add_key_options(CLI::App& command, AccessOptions& values) {
  CLI::Option* file =
      command.add_option("--api-key-file", values.key.file, "Read the API key from FILE")
          ->type_name("FILE")
          ->group(kConnectionGroup);
  command
      .add_flag_callback(
          "--api-key-stdin",
          [&values] { values.key.standard_input = StandardInput::holds_the_key; },
          "Read the API key from standard input")
      ->excludes(file)
      ->group(kConnectionGroup);
  command
      .add_option_function<std::string>(
          "--auth-scheme",
          [&values](const std::string& name) { values.auth_scheme = parse_auth_scheme(name); },
          "How the key is sent: bare (default) or bearer")
      ->check(CLI::IsMember({"bare", "bearer"}))
      ->type_name("SCHEME")
      ->group(kConnectionGroup);
}

void add_server_options(CLI::App& command, AccessOptions& values) {
  command
      .add_option("--base-url", values.base_url,
                  "The server, as in http://127.0.0.1:8080 or unix:/run/farthing.sock")
      ->type_name("URL")
      ->group(kConnectionGroup);
  command
      .add_option("--ca-file", values.ca_file,
                  "Trust the PEM certificates in FILE in place of the system's")
      ->type_name("FILE")
      ->group(kConnectionGroup);
  command.add_option("--profile", values.profile, "Use this profile of the profile file")
      ->type_name("NAME")
      ->group(kConnectionGroup);
  command
      .add_option_function<std::string>(
          "--timeout",
          [&values](const std::string& seconds) {
            values.timeout = parse_timeout(seconds);
            if (!values.timeout) {
              throw CLI::ValidationError("--timeout", "has to be from 0.001 to 86400 seconds");
            }
          },
          "Give up after this long in all (default 90); no attempt lasts longer than 30")
      ->type_name("SECONDS")
      ->group(kConnectionGroup);
  command
      .add_option("--retries", values.retries,
                  "How often to try again when that may help (default 2)")
      ->check(CLI::Range(0, kMaxRetries))
      ->type_name("N")
      ->group(kConnectionGroup);
  command
      .add_flag_callback(
          "-v,--verbose", [&values] { values.verbosity = Verbosity::verbose; },
          "Say on standard error which server and key are used, and each attempt")
      ->group(kConnectionGroup);
}

}  // namespace

void add_output_options(CLI::App& command, OutputOptions& values) {
  static const std::map<std::string, Format> formats = {
      {"table", Format::table}, {"plain", Format::plain}, {"json", Format::json}};
  CLI::Option* format =
      command
          .add_option_function<std::string>(
              "--format", [&values](const std::string& name) { values.format = formats.at(name); },
              "table, plain (tab-separated) or json; else a table on a terminal, plain elsewhere")
          ->check(CLI::IsMember(formats))
          ->type_name("FORMAT")
          ->group(kOutputGroup);
  command
      .add_flag_callback(
          "--json", [&values] { values.format = Format::json; }, "The same as --format json")
      ->excludes(format)
      ->group(kOutputGroup);
  command
      .add_option("-o,--output", values.file,
                  "Write to FILE in place of standard output: whole, or not at all")
      ->type_name("FILE")
      ->group(kOutputGroup);
}

void add_common_options(CLI::App& command, CommonOptions& values) {
  add_output_options(command, values.output);
  add_key_options(command, values.access);
  add_server_options(command, values.access);
}

void add_keyless_options(CLI::App& command, CommonOptions& values) {
  add_output_options(command, values.output);
  add_server_options(command, values.access);
  values.access.key_need = KeyNeed::not_needed;
}

void add_csv_option(CLI::App& command, OutputOptions& values) {
  command
      .add_flag_callback(
          "--csv", [&values] { values.format = Format::csv; },
          "CSV with a header line, as the server writes it")
      ->excludes(command.get_option("--json"))
      ->excludes(command.get_option("--format"))
      ->group(kOutputGroup);
}

void add_raw_option(CLI::App& command, bool& value) {
  command
      .add_flag("--raw", value,
                "Texts of the CSV as they are, also those that a spreadsheet runs as formulas")
      ->needs(command.get_option("--csv"))
      ->group(kOutputGroup);
}

void add_api_version_option(CLI::App& command, AccessOptions& values) {
  command.add_option("--api-version", values.api_version, "v1alpha (default), v1beta or v1")
      ->type_name("VERSION")
      ->group(kConnectionGroup);
}

void add_idempotency_key_option(CLI::App& command, std::optional<std::string>& value) {
  command
      .add_option("--idempotency-key", value,
                  "Names this request: repeated with the same key it is carried out once; made "
                  "freshly without")
      ->type_name("KEY");
}

void add_organization_option(CLI::App& command, std::optional<std::string>& value) {
  command.add_option("--organization", value, "The organization's id; else that of the profile")
      ->type_name("ORG");
}

void refuse_key_argument(CLI::App& command, const std::string& name, const std::string& instead) {
  command
      .add_option_function<std::vector<std::string>>(
          name,
          [=](const std::vector<std::string>&) {
            throw CLI::ValidationError(fmt::format(
                "{} is refused: every user of this machine can read the arguments of a running "
                "program. Give the key with {}, and replace the one that was typed",
                name, instead));
          })
      ->expected(0, -1)
      ->group("");
}

void refuse_api_key_argument(CLI::App& command) {
  refuse_key_argument(command, "--api-key",
                      "--api-key-file FILE or --api-key-stdin, in FARTHING_API_KEY, or in a "
                      "profile");
}

}  // namespace farthing::cli
